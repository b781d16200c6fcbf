import { BlockList, isIPv4 } from 'node:net'
import { matches, type Selector } from './selectors.ts'

/** One end of a connection: a pod, or an address outside the cluster, which has no labels. */
export interface End {
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly ip: string
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
}

interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
interface PortRule {
  readonly port?: number | string
  readonly endPort?: number
  readonly protocol?: string
}
interface Rule {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly PortRule[]
}

export interface NetworkPolicy {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: {
    readonly podSelector: Selector
    readonly policyTypes: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly Rule[]
    readonly egress?: readonly Rule[]
  }
}

/** What the policies say of one TCP connection, by the rules of the NetworkPolicy API: both ends must allow it. */
export function allows(policies: readonly NetworkPolicy[], from: End, to: End, port: number): boolean {
  const direction = (type: 'Ingress' | 'Egress', own: End, other: End): boolean => {
    const selecting = policies.filter(
      ({ metadata, spec }) =>
        own.namespace === metadata.namespace &&
        spec.policyTypes.includes(type) &&
        matches(spec.podSelector, own.labels ?? {}),
    )
    if (selecting.length === 0) return true
    return selecting.some(({ metadata, spec }) =>
      (type === 'Ingress' ? (spec.ingress ?? []) : (spec.egress ?? [])).some(
        (rule) =>
          isPeer((type === 'Ingress' ? rule.from : rule.to) ?? [], other, metadata.namespace) &&
          isPort(rule.ports ?? [], to, port),
      ),
    )
  }
  return direction('Egress', from, to) && direction('Ingress', to, from)
}

/** None named: everybody. A selector of namespaces alone takes all their pods, one of pods alone those of its own namespace. */
function isPeer(peers: readonly Peer[], { namespace, labels = {}, ip }: End, own: string): boolean {
  if (peers.length === 0) return true
  return peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return inBlock(ipBlock.cidr, ip) && !(ipBlock.except ?? []).some((cidr) => inBlock(cidr, ip))
    if (namespace === undefined) return false
    const isNamespace = namespaceSelector
      ? matches(namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
      : namespace === own
    return isNamespace && matches(podSelector ?? {}, labels)
  })
}

function isPort(rules: readonly PortRule[], to: End, port: number): boolean {
  if (rules.length === 0) return true
  return rules.some((rule) => {
    if ((rule.protocol ?? 'TCP') !== 'TCP') return false
    if (rule.port === undefined) return true
    if (typeof rule.port === 'string')
      return to.ports?.some(({ name, containerPort }) => name === rule.port && containerPort === port) ?? false
    return port >= rule.port && port <= (rule.endPort ?? rule.port)
  })
}

function inBlock(cidr: string, ip: string): boolean {
  const [address = '', bits = ''] = cidr.split('/')
  if (isIPv4(address) !== isIPv4(ip)) return false
  const block = new BlockList()
  block.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6')
  return block.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6')
}
