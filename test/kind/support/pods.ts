import { eventually } from '@toko/testkit'
import { kubectl, list } from './kubectl.ts'
import { type Named, nameOf, type Pod } from './objects.ts'

/** Pods that run, without those of finished jobs and those that are on their way out. */
export async function runningPods(selector?: string, namespace?: string): Promise<Pod[]> {
  const pods = await list<Pod & { metadata: { deletionTimestamp?: string } }>(
    'pods',
    selector,
    namespace ? { namespace } : {},
  )
  return pods.filter(({ status, metadata }) => status.phase === 'Running' && !metadata.deletionTimestamp)
}

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false

/** Each pod with the number of its restarts: two such lists are equal when no pod was replaced and no container restarted. */
export const restartsOf = (pods: readonly Pod[]): string[] =>
  pods
    .flatMap(({ metadata, status }) =>
      (status.containerStatuses ?? []).map((each) => `${metadata.name} ${each.name} ${each.restartCount}`),
    )
    .toSorted()

interface Deployment extends Named {
  readonly status: { readonly replicas?: number; readonly updatedReplicas?: number }
}

/** Every pod of the namespace, once all are ready and none waits to be replaced. */
export const settledPods = (timeoutMs = 120_000): Promise<Pod[]> =>
  eventually(
    async () => {
      const pods = await runningPods()
      const replacing = (await list<Deployment>('deployments')).filter(
        ({ status }) => status.replicas !== status.updatedReplicas,
      )
      if (replacing.length > 0) throw new Error(`being replaced: ${replacing.map(nameOf).join(', ')}`)
      const waiting = pods.filter((pod) => !isReady(pod)).map(({ metadata }) => metadata.name)
      if (waiting.length > 0 || pods.length === 0) throw new Error(`not ready: ${waiting.join(', ')}`)
      return pods
    },
    { timeoutMs, everyMs: 1000 },
  )

/** Runs a program in a pod's first container. */
export const execIn = (pod: string, command: readonly string[], namespace?: string, timeoutMs = 60_000) =>
  kubectl(['exec', pod, '--', ...command], { timeoutMs, ...(namespace ? { namespace } : {}) })
