import { describe, expect, it } from 'vitest'
import { allows, type End, type NetworkPolicy } from './policies.ts'
import { matches, type Selector } from './selectors.ts'

const pod = (name: string, namespace = 'toko'): End => ({
  namespace,
  labels: { name },
  ip: '10.244.0.5',
  ports: [{ name: 'http', containerPort: 8003 }],
})
const [order, user, database] = [pod('order'), pod('user'), pod('database')]

const policy = (spec: Partial<NetworkPolicy['spec']>): NetworkPolicy => ({
  metadata: { name: 'a-policy', namespace: 'toko' },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...spec },
})
const denyAll = policy({})
const named = (name: string): Selector => ({ matchLabels: { name } })
const outOf = (name: string, egress: NetworkPolicy['spec']['egress']) =>
  policy({ podSelector: named(name), policyTypes: ['Egress'], egress: egress! })
const into = (name: string, ingress: NetworkPolicy['spec']['ingress']) =>
  policy({ podSelector: named(name), policyTypes: ['Ingress'], ingress: ingress! })

describe('what policies say of a connection', () => {
  const edge = [
    denyAll,
    outOf('user', [{ to: [{ podSelector: named('order') }], ports: [{ port: 8003 }] }]),
    into('order', [{ from: [{ podSelector: named('user') }], ports: [{ port: 'http' }] }]),
  ]

  it('is yes without any, and no with a default deny', () => {
    expect(allows([], user, order, 8003)).toBe(true)
    expect(allows([denyAll], user, order, 8003)).toBe(false)
  })

  it('is yes where both ends say so, for that port and that direction alone', () => {
    expect(allows(edge, user, order, 8003)).toBe(true)
    expect(allows(edge, user, order, 9003)).toBe(false)
    expect(allows(edge, order, user, 8003)).toBe(false)
    expect(allows(edge, database, order, 8003)).toBe(false)
  })

  it('is no where one end is silent', () => {
    expect(allows([edge[0]!, edge[1]!], user, order, 8003)).toBe(false)
    expect(allows([edge[0]!, edge[2]!], user, order, 8003)).toBe(false)
  })

  it('counts a pod of another namespace only where one is named', () => {
    const stranger = pod('user', 'elsewhere')
    expect(allows(edge, stranger, order, 8003)).toBe(false)
    const elsewhere = { matchLabels: { 'kubernetes.io/metadata.name': 'elsewhere' } }
    expect(allows([denyAll, into('order', [{ from: [{ namespaceSelector: elsewhere }] }])], stranger, order, 1)).toBe(
      true,
    )
  })

  it('knows blocks of addresses, and what is taken out of them', () => {
    const internet = outOf('user', [
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }], ports: [{ port: 443, endPort: 444 }] },
    ])
    expect(allows([denyAll, internet], user, { ip: '192.0.2.1' }, 444)).toBe(true)
    expect(allows([denyAll, internet], user, { ip: '192.0.2.1' }, 445)).toBe(false)
    expect(allows([denyAll, internet], user, { ip: '169.254.169.254' }, 443)).toBe(false)
  })

  it('takes an empty rule as everybody, and UDP for nothing here', () => {
    expect(allows([denyAll, into('order', [{}])], { ip: '192.0.2.1' }, order, 8003)).toBe(true)
    expect(allows([denyAll, into('order', [{ ports: [{ port: 53, protocol: 'UDP' }] }])], user, order, 53)).toBe(false)
  })
})

describe('selectors', () => {
  it.each<[Selector, boolean]>([
    [{}, true],
    [{ matchLabels: { name: 'a' } }, true],
    [{ matchLabels: { name: 'b' } }, false],
    [{ matchExpressions: [{ key: 'name', operator: 'In', values: ['a', 'b'] }] }, true],
    [{ matchExpressions: [{ key: 'name', operator: 'NotIn', values: ['a'] }] }, false],
    [{ matchExpressions: [{ key: 'other', operator: 'NotIn', values: ['a'] }] }, true],
    [{ matchExpressions: [{ key: 'name', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'name', operator: 'DoesNotExist' }] }, false],
    [{ matchExpressions: [{ key: 'other', operator: 'In', values: ['a'] }] }, false],
  ])('%j', (selector, expected) => {
    expect(matches(selector, { name: 'a' })).toBe(expected)
  })
})
