import { isLasting, type KubeObject, nameOf, ofKind, type Pods, podsOf, selects } from '../objects.ts'

/** Rollouts of services without an error, disruption budgets that protect and do not block, scaling by one owner. */
export const workloadFaults = (objects: readonly KubeObject[]): string[] => [
  ...ofKind(objects, 'Deployment').flatMap(rolloutFaults),
  ...podsOf(objects).filter(isLasting).flatMap(podFaults),
  ...ofKind(objects, 'PodDisruptionBudget').flatMap((budget) => budgetFaults(budget, objects)),
  ...ofKind(objects, 'HorizontalPodAutoscaler').flatMap((scaler) => scalerFaults(scaler, objects)),
]

const sayer = (object: KubeObject) => (isRight: boolean, message: string) =>
  isRight ? [] : [`${nameOf(object)} ${message}`]

function rolloutFaults(deployment: KubeObject): string[] {
  const says = sayer(deployment)
  const { strategy, minReadySeconds = 0, revisionHistoryLimit = 10 } = deployment.spec ?? {}
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {}
  const isService = deployment.metadata.labels?.['app.kubernetes.io/component'] === 'service'
  const overlaps = maxUnavailable === 0 && maxSurge !== undefined && maxSurge !== 0
  return [
    ...says(!isService || overlaps, 'ends a pod before the next one serves'),
    ...says(!isService || minReadySeconds >= 5, 'takes a pod for available before it was ready for 5 s'),
    ...says(revisionHistoryLimit <= 5, 'keeps more than 5 old revisions'),
  ]
}

function podFaults({ owner, labels, spec }: Pods): string[] {
  const says = sayer(owner)
  const sleeps = (spec.containers ?? []).map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0)
  const grace = spec.terminationGracePeriodSeconds ?? 30
  const selector = owner.spec?.selector
  return [
    ...says(selector !== undefined && selects(selector, labels), 'selects other pods than its own'),
    // Whatever an upgrade changes would make the selector another one, and that is refused.
    ...says(
      Object.keys(selector?.matchLabels ?? {}).every((name) => !/version|helm\.sh/.test(name)),
      'selects by what changes with an upgrade',
    ),
    ...says(grace > Math.max(0, ...sleeps) + 20, 'has less than 20 s between the end of preStop and the kill'),
    ...says(
      (owner.spec?.replicas ?? 2) < 2 || spec.topologySpreadConstraints !== undefined || spec.affinity !== undefined,
      'may have all its replicas on one node',
    ),
  ]
}

function budgetFaults(budget: KubeObject, objects: readonly KubeObject[]): string[] {
  const says = sayer(budget)
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = budget.spec ?? {}
  const chosen = podsOf(objects).filter((pods) => isLasting(pods) && selects(selector ?? {}, pods.labels))
  const replicas = Math.min(...chosen.map(({ owner }) => replicasOf(owner, objects)))
  return [
    ...says((minAvailable === undefined) !== (maxUnavailable === undefined), 'has to say one of min and max'),
    ...says(chosen.length === 1, `selects ${chosen.length} workloads`),
    ...says(
      maxUnavailable !== 0 && !(typeof minAvailable === 'number' && minAvailable >= replicas),
      'lets no pod be moved at all',
    ),
    ...says(unhealthyPodEvictionPolicy === 'AlwaysAllow', 'keeps pods that are not ready from being moved'),
  ]
}

/** Whose scaler owns the count: at least so many. */
function replicasOf(workload: KubeObject, objects: readonly KubeObject[]): number {
  const scaler = ofKind(objects, 'HorizontalPodAutoscaler').find((each) => scales(each, workload))
  return scaler?.spec?.minReplicas ?? workload.spec?.replicas ?? 1
}

const scales = ({ spec }: KubeObject, { kind, metadata }: KubeObject) =>
  spec?.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === metadata.name

function scalerFaults(scaler: KubeObject, objects: readonly KubeObject[]): string[] {
  const says = sayer(scaler)
  const target = objects.find((object) => scales(scaler, object))
  const { minReplicas = 1, maxReplicas = 0 } = scaler.spec ?? {}
  return [
    ...says(target !== undefined, 'scales nothing that is here'),
    ...says(target?.spec?.replicas === undefined, 'fights with the replicas of what it scales'),
    ...says(minReplicas < maxReplicas, 'has no room to scale'),
  ]
}
