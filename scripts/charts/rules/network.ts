import { hasPort, type KubeObject, type Labels, nameOf, ofKind, type Passage, podsOf, selects } from '../objects.ts'
import { isOfHere, podsBehind } from './edges.ts'

/** All is refused both ways but what a policy names, each end of it is there, and names can be looked up. */
export function networkFaults(objects: readonly KubeObject[]): string[] {
  const policies = ofKind(objects, 'NetworkPolicy')
  const isDenied = policies.some(({ spec }) => deniesAll(spec))
  return [
    ...(isDenied ? [] : ['no NetworkPolicy refuses everything both ways']),
    ...policies.flatMap((policy) => policyFaults(policy, objects)),
    ...podsOf(objects)
      .filter(({ labels }) => !policies.some(({ spec }) => spec?.egress && mayResolve(spec, labels)))
      .map(({ owner }) => `pods of ${nameOf(owner)} can look up no names`),
  ]
}

function deniesAll(spec: KubeObject['spec']): boolean {
  const { podSelector, policyTypes = [], ingress = [], egress = [] } = spec ?? {}
  const isForAll = podSelector !== undefined && Object.keys(podSelector).length === 0
  return isForAll && policyTypes.length === 2 && ingress.length === 0 && egress.length === 0
}

const mayResolve = (spec: NonNullable<KubeObject['spec']>, labels: Labels) =>
  selects(spec.podSelector ?? {}, labels) && spec.egress!.some(leadsToDns)

const leadsToDns = ({ ports = [] }: Passage) => ports.some(({ port }) => port === 53)

function policyFaults(policy: KubeObject, objects: readonly KubeObject[]): string[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = policy.spec ?? {}
  const says = (isRight: boolean, message: string) => (isRight ? [] : [`${nameOf(policy)} ${message}`])
  const chosen = podsOf(objects).filter(({ labels }) => selects(podSelector ?? {}, labels))
  // Whom it lets in may be away: a scraper that is switched off. Whom it calls must be here.
  const dead = egress.flatMap(({ to = [] }) => to).filter((peer) => isOfHere(peer) && !podsBehind(peer, objects).length)
  return [
    ...says(chosen.length > 0, 'is for no pods'),
    ...says(ingress.length === 0 || policyTypes.includes('Ingress'), 'has ingress rules that are not in force'),
    ...says(egress.length === 0 || policyTypes.includes('Egress'), 'has egress rules that are not in force'),
    ...dead.map((peer) => `${nameOf(policy)} names pods that are not there: ${JSON.stringify(peer.podSelector)}`),
    ...says(
      egress.every((rule) => (rule.to ?? []).length > 0 || leadsToDns(rule)),
      'lets its pods out to anywhere',
    ),
    ...says(
      [...ingress, ...egress].every(({ ports = [] }) => ports.length > 0),
      'opens every port',
    ),
    ...ingress
      .flatMap(({ ports = [] }) => ports.flatMap(({ port }) => (port === undefined ? [] : [port])))
      .filter((port) => chosen.length > 0 && !chosen.some(({ spec }) => hasPort(spec, port)))
      .map((port) => `${nameOf(policy)} opens port ${port}, which its pods do not declare`),
  ]
}
