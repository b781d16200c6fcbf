import { type KubeObject, type Labels, nameOf, ofKind, type Peer, type Pods, podsOf, selects } from '../objects.ts'

/** A peer that is pods of the same namespace. */
export const isOfHere = ({ podSelector, namespaceSelector, ipBlock }: Peer): boolean =>
  podSelector !== undefined && namespaceSelector === undefined && ipBlock === undefined

export const podsBehind = ({ podSelector }: Peer, objects: readonly KubeObject[]): Pods[] =>
  podsOf(objects).filter(({ labels }) => selects(podSelector ?? {}, labels))

interface Edge {
  readonly policy: KubeObject
  readonly from: Pods
  /** All that the policy names together; not each may have the port. */
  readonly targets: readonly Pods[]
  readonly port: number | string
}

/** An edge needs both ends: where pods may go to pods of this shop, those let them in, on a port that they have. */
export function edgeFaults(objects: readonly KubeObject[]): string[] {
  const policies = ofKind(objects, 'NetworkPolicy')
  const faults = policies.flatMap((policy) => edgesOut(policy, objects)).flatMap((edge) => faultsOf(edge, policies))
  return [...new Set(faults)]
}

function edgesOut(policy: KubeObject, objects: readonly KubeObject[]): Edge[] {
  const leaving = podsBehind(policy.spec ?? {}, objects)
  return (policy.spec?.egress ?? []).flatMap(({ to = [], ports = [] }) => {
    const numbers = ports.flatMap(({ port }) => (port === undefined ? [] : [port]))
    const targets = to.filter(isOfHere).flatMap((peer) => podsBehind(peer, objects))
    if (targets.length === 0) return []
    return numbers.flatMap((port) => leaving.map((from) => ({ policy, from, targets, port })))
  })
}

function faultsOf({ policy, from, targets, port }: Edge, policies: readonly KubeObject[]): string[] {
  const listening = targets.filter((target) => numbersOf(target, port).length > 0)
  if (listening.length === 0) {
    const names = targets.map(({ owner }) => nameOf(owner)).join(', ')
    return [`${nameOf(policy)} leads to port ${port}, which nobody there declares: ${names}`]
  }
  return listening
    .filter((target) => !policies.some((each) => letsIn(each, from.labels, target, numbersOf(target, port))))
    .map((target) => `${nameOf(target.owner)} does not let ${nameOf(from.owner)} in on port ${port}`)
}

/** A port of a pod by its number, whichever way it is named. */
const numbersOf = ({ spec }: Pods, port: number | string): number[] =>
  (spec.containers ?? []).flatMap(({ ports = [] }) =>
    ports.filter((each) => each.name === port || each.containerPort === port).map(({ containerPort }) => containerPort),
  )

function letsIn({ spec }: KubeObject, from: Labels, to: Pods, numbers: readonly number[]): boolean {
  if (!selects(spec?.podSelector ?? {}, to.labels)) return false
  return (spec?.ingress ?? []).some((passage) => {
    const isFor = passage.from?.some((peer) => isOfHere(peer) && selects(peer.podSelector ?? {}, from)) ?? true
    const open = passage.ports?.flatMap(({ port }) => (port === undefined ? [] : numbersOf(to, port)))
    return isFor && (open === undefined || open.some((port) => numbers.includes(port)))
  })
}
