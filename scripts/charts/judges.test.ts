import { describe, expect, it } from 'vitest'
import { goldenText } from './golden.ts'
import { unexcused } from './kube-score.ts'
import { readObjects } from './objects.ts'
import { schemasOf, schemasText } from './openapi-schemas.ts'
import { missingPrograms } from './programs.ts'

describe('a render to keep', () => {
  const secret = (value: string) => `kind: Secret\nmetadata: {name: b}\ndata: {password: ${value}, user: eA==}\n`
  const account = 'kind: ServiceAccount\nmetadata: {name: a}\n'

  it('has its objects in one order, and random bits masked', () => {
    const one = readObjects(`${account}---\n# Source: x\n${secret('AAA=')}`)
    const other = readObjects(`${secret('BBB=')}---\n${account}`)
    expect(goldenText(one, other)).toBe(goldenText(other, one))
    expect(goldenText(one, other)).toBe(
      '---\nkind: Secret\nmetadata:\n  name: b\ndata:\n  password: <random>\n  user: eA==\n---\nkind: ServiceAccount\nmetadata:\n  name: a\n',
    )
  })

  it('tells a long text by its digest', () => {
    const config = (text: string) =>
      readObjects(JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'a' }, data: { text } }))
    const [one, other] = ['a', 'b'].map((letter) => config(letter.repeat(9000)))
    expect(goldenText(one!, one!)).toMatch(/text: <9000 characters, sha256 [0-9a-f]{16}>/)
    expect(goldenText(one!, one!)).not.toBe(goldenText(other!, other!))
  })
})

describe('schemas out of OpenAPI', () => {
  const core = 'io.k8s.api.core.v1'
  const document = {
    components: {
      schemas: {
        [`${core}.Pod`]: {
          type: 'object',
          description: 'A pod.',
          'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }],
          properties: {
            spec: { allOf: [{ $ref: `#/components/schemas/${core}.PodSpec` }], default: {}, description: 'Its spec.' },
            status: { $ref: `#/components/schemas/${core}.PodStatus` },
            labels: { type: 'object', additionalProperties: { type: 'string', default: '' } },
          },
        },
        [`${core}.PodSpec`]: {
          type: 'object',
          required: ['description'],
          properties: { description: { type: 'string', format: 'byte', description: 'Of it.' } },
        },
        [`${core}.PodStatus`]: { type: 'object' },
      },
    },
  }

  it('refuse unknown fields, and hold what the kinds are made of and nothing else', () => {
    const schemas = schemasOf([document], ['v1 Pod'], 'a test')
    expect(schemas).toEqual({
      source: 'a test',
      kinds: { 'v1 Pod': 'core.v1.Pod' },
      definitions: {
        'core.v1.Pod': {
          type: 'object',
          properties: {
            spec: { $ref: '#/definitions/core.v1.PodSpec' },
            labels: { type: 'object', additionalProperties: { type: 'string' } },
          },
          additionalProperties: false,
        },
        'core.v1.PodSpec': {
          type: 'object',
          required: ['description'],
          properties: { description: { type: 'string' } },
          additionalProperties: false,
        },
      },
    })
    expect(JSON.parse(schemasText(schemas))).toEqual(schemas)
    expect(() => schemasOf([document], ['v1 Secret'], 'a test')).toThrow('knows no v1 Secret')
  })
})

describe('exceptions from kube-score', () => {
  const finding = { check: 'pod-x', object: 'Deployment/order-service', text: 'does x' }
  const exception = { check: 'pod-x', objects: ['Deployment/*-service'], reason: 'because' }

  it('excuse what they name, and must excuse something', () => {
    expect(unexcused([finding], [exception])).toEqual([])
    expect(unexcused([finding, finding], [])).toEqual(['Deployment/order-service pod-x: does x'])
    expect(unexcused([{ ...finding, check: 'pod-y' }], [exception])).toEqual([
      'Deployment/order-service pod-y: does x',
      'charts/kube-score.yaml: pod-x for Deployment/*-service excuses nothing',
    ])
    expect(unexcused([finding], [{ ...exception, reason: '' }])).toEqual([
      'charts/kube-score.yaml: pod-x has no reason',
    ])
  })
})

describe('a program that is not there', () => {
  it('is named in one line with where to get it', () => {
    const path = process.env['PATH']
    try {
      process.env['PATH'] = '/nowhere'
      expect(missingPrograms(['helm', 'kubeconform'])).toMatch(/^missing on PATH: helm .*, kubeconform .*go install/)
    } finally {
      process.env['PATH'] = path
    }
  })
})
