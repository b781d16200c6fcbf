import { setTimeout as sleep } from 'node:timers/promises'
import { kubectl, list } from '../../kind/support/kubectl.ts'
import type { Named, Workload } from '../../kind/support/objects.ts'
import { allAvailable } from './deployments.ts'
import type { Step } from './step.ts'

const isControlPlane = ({ metadata }: Named) => 'node-role.kubernetes.io/control-plane' in (metadata.labels ?? {})
const drainS = 300
/** How long a node stays empty: long enough to see what its absence does. */
const emptyMs = 10_000

/** Each worker is drained as for its maintenance, stays empty for a while and comes back. */
export async function drains(): Promise<Step[]> {
  const workers = (await list<Named>('nodes')).filter((node) => !isControlPlane(node))
  if (workers.length < 2) throw new Error('a drain needs two workers at least: k8s/kind-ha.yaml')
  return workers.map(({ metadata: { name } }) => ({
    name: `drain of ${name}`,
    async run() {
      try {
        await kubectl(['drain', name, '--ignore-daemonsets', '--delete-emptydir-data', `--timeout=${drainS}s`], {
          timeoutMs: (drainS + 10) * 1000,
        })
        await allAvailable()
        await sleep(emptyMs)
      } finally {
        await kubectl(['uncordon', name])
      }
      await statefulSetsReady()
    },
  }))
}

/** Databases and brokers whose volumes are on the node come back with it. */
async function statefulSetsReady(): Promise<void> {
  for (const { metadata } of await list<Workload>('statefulsets'))
    await kubectl(['rollout', 'status', `statefulset/${metadata.name}`, `--timeout=${drainS}s`], {
      timeoutMs: (drainS + 10) * 1000,
    })
}
