import { describe, expect, it } from 'vitest'
import type { Chart, ChartManifest } from './charts.ts'
import { documentedValues, introductionOf } from './documented-values.ts'
import { valuesReadme } from './values-readme.ts'
import { documentationFaults, valuesSchema } from './values-schema.ts'

const chart = (values: string, manifest: Partial<ChartManifest> = {}): Chart => ({
  folder: `/charts/${manifest.name ?? 'order'}`,
  manifest: { name: 'order', description: 'Orders.', version: '1.0.0', ...manifest },
  values,
})

const orders = chart(`# What a reader
# must know.

# -- How many pods run.
# Ignored while it scales itself.
# @schema {"minimum": 0}
replicas: 1
# A remark for whoever edits this file.
# -- Of the container.
image:
  # -- Name | without tag.
  repository: toko/order
  # @schema {"enum": ["Always", "IfNotPresent"]}
  # -- When to pull.
  pullPolicy: IfNotPresent
# -- Requests and limits.
resources:
  limits: { memory: 256Mi, cpu: 1.5 }
# -- More variables.
# @schema {"additionalProperties": {"type": "string"}}
config: {}
# -- Hosts.
hosts: [a, b]
# -- Its own is used without it.
# @schema {"type": ["string", "null"]}
secret: null
`)

const propertiesOf = (schema: unknown) => (schema as { properties: Record<string, Record<string, unknown>> }).properties

describe('the comments of values.yaml', () => {
  it('belong to the key below them', () => {
    const values = documentedValues(orders.values, 'order')
    expect(values.map(({ path, line, description }) => [path.join('.'), line, description])).toEqual([
      ['replicas', 7, 'How many pods run. Ignored while it scales itself.'],
      ['image', 10, 'Of the container.'],
      ['resources', 17, 'Requests and limits.'],
      ['config', 21, 'More variables.'],
      ['hosts', 23, 'Hosts.'],
      ['secret', 26, 'Its own is used without it.'],
    ])
    expect(values[1]?.children.map(({ path, note }) => [path.join('.'), note])).toEqual([
      ['image.repository', {}],
      ['image.pullPolicy', { enum: ['Always', 'IfNotPresent'] }],
    ])
    expect(introductionOf(orders.values)).toBe('What a reader\nmust know.')
    expect(introductionOf('# -- Of a.\na: 1\n')).toBe('')
  })

  it.each([
    ['a: [', 'order/values.yaml:1 '],
    ['# -- A.\n# @schema {minimum: 1}\na: 1\n', 'line 2: @schema holds no JSON'],
  ])('must be readable: %j', (text, says) => {
    expect(() => documentedValues(text, 'order')).toThrow(says)
  })

  it.each([
    ['a: 1\n', 'charts/order/values.yaml:1 a has no description: # -- …'],
    ['a:\n  b: 1\n', 'charts/order/values.yaml:2 a.b has no description: # -- …'],
    ['# A.\na: 1\n', 'charts/order/values.yaml:2 a has no description: # -- …'],
    ['# -- A.\n\na: 1\n', 'charts/order/values.yaml:3 a has no description: # -- …'],
    ['# -- A.\na: null\n', 'charts/order/values.yaml:2 a is null: what may it hold? # @schema {"type": …}'],
    ['# -- A.\na:\n', 'charts/order/values.yaml:2 a is null: what may it hold? # @schema {"type": …}'],
    ['# -- A.\na: []\n', 'charts/order/values.yaml:2 a is an empty list: of what? # @schema {"items": {"type": …}}'],
    [
      '# -- A.\na: {}\n',
      'charts/order/values.yaml:2 a is an empty map: what may it hold? # @schema {"additionalProperties": …}',
    ],
  ])('must say what each value is: %j', (text, fault) => {
    const incomplete = chart(text)
    expect(documentationFaults(incomplete, [incomplete])).toEqual([fault])
  })

  it('may speak for a whole map', () => {
    expect(documentationFaults(orders, [orders])).toEqual([])
  })
})

describe('values.schema.json', () => {
  it('has the types of the defaults, what notes add, and no other key', () => {
    expect(valuesSchema(orders, [orders])).toMatchObject({ type: 'object', additionalProperties: false })
    expect(propertiesOf(valuesSchema(orders, [orders]))).toEqual({
      replicas: { type: 'integer', minimum: 0, description: 'How many pods run. Ignored while it scales itself.' },
      image: {
        type: 'object',
        additionalProperties: false,
        description: 'Of the container.',
        properties: {
          repository: { type: 'string', description: 'Name | without tag.' },
          pullPolicy: { type: 'string', enum: ['Always', 'IfNotPresent'], description: 'When to pull.' },
        },
      },
      resources: {
        type: 'object',
        additionalProperties: false,
        description: 'Requests and limits.',
        properties: {
          limits: {
            type: 'object',
            additionalProperties: false,
            properties: { memory: { type: 'string' }, cpu: { type: 'number' } },
          },
        },
      },
      config: {
        type: 'object',
        additionalProperties: { type: 'string' },
        properties: {},
        description: 'More variables.',
      },
      hosts: { type: 'array', items: { type: 'string' }, description: 'Hosts.' },
      secret: { type: ['string', 'null'], description: 'Its own is used without it.' },
    })
  })

  it('lets through what Helm hands from chart to chart', () => {
    const shop = chart(
      '# -- Of all.\nglobal:\n  # -- Tag.\n  tag: a\n# -- Ours.\norder: { enabled: true, replicas: 2 }\n',
      {
        name: 'shop',
        dependencies: [{ name: 'order', version: '1.0.0', condition: 'order.enabled' }],
      },
    )
    const charts = [orders, shop]
    expect(propertiesOf(valuesSchema(shop, charts))['order']).toEqual({ type: 'object', description: 'Ours.' })
    expect(propertiesOf(valuesSchema(shop, charts))['global']).toMatchObject({ additionalProperties: false })
    expect(propertiesOf(valuesSchema(orders, charts))).toMatchObject({
      global: { type: 'object' },
      enabled: { type: 'boolean' },
    })
    expect(propertiesOf(valuesSchema(orders, charts))['global']).not.toHaveProperty('additionalProperties')
  })

  it('has the values that a chart imports, under its own', () => {
    const library = chart(
      'exports:\n  service:\n    # -- Pods.\n    replicas: 1\n    # -- Limits.\n    resources: { memory: 256Mi, cpu: 1 }\n',
      { name: 'lib', type: 'library' },
    )
    const service = chart('resources: { memory: 384Mi }\n# -- Own.\nown: a\n', {
      dependencies: [{ name: 'lib', version: '1.0.0', 'import-values': ['service'] }],
    })
    const charts = [library, service]
    expect(documentationFaults(service, charts)).toEqual([])
    expect(Object.keys(propertiesOf(valuesSchema(service, charts)))).toEqual(['replicas', 'resources', 'own', 'lib'])
    const page = valuesReadme(service, charts)
    expect(page).toContain('| `resources` | map | `{"memory":"384Mi","cpu":1}` | Limits. |')
  })
})

describe('README.md of a chart', () => {
  it('has what a reader must know and a row for each documented value', () => {
    const page = valuesReadme({ ...orders, manifest: { ...orders.manifest, kubeVersion: '>=1.30.0-0' } }, [orders])
    expect(page.split('\n').filter((line) => line !== '')).toEqual([
      '# order',
      '<!-- make fix only=charts writes this page, out of Chart.yaml and the comments of values.yaml. -->',
      'Orders.',
      'Needs Kubernetes `>=1.30.0-0`.',
      'What a reader',
      'must know.',
      '## Values',
      'Every other key is refused (values.schema.json).',
      '| key | type | default | what it is |',
      '| --- | --- | --- | --- |',
      '| `replicas` | number | `1` | How many pods run. Ignored while it scales itself. |',
      '| `image` | map |  | Of the container. |',
      '| `image.repository` | string | `"toko/order"` | Name \\| without tag. |',
      '| `image.pullPolicy` | "Always" \\| "IfNotPresent" | `"IfNotPresent"` | When to pull. |',
      '| `resources` | map | `{"limits":{"memory":"256Mi","cpu":1.5}}` | Requests and limits. |',
      '| `config` | map | `{}` | More variables. |',
      '| `hosts` | list | `["a","b"]` | Hosts. |',
      '| `secret` | string \\| null | `null` | Its own is used without it. |',
      '<!-- What follows is written by hand. -->',
    ])
  })

  it('says what a chart is made of', () => {
    const shop = chart('', {
      name: 'shop',
      dependencies: [
        { name: 'toko-lib', version: '1.0.0' },
        { name: 'order', alias: 'orders', version: '1.0.0', condition: 'orders.enabled' },
      ],
    })
    const list = valuesReadme(shop, [shop])
    expect(list).toContain(
      '- [order](../order/README.md), while `orders.enabled` is true: its values go under `orders`',
    )
    expect(list).not.toContain('toko-lib')
  })
})
