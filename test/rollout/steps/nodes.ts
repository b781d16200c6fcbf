import { setTimeout as sleep } from 'node:timers/promises'
import { kubectl, list } from '../../kind/support/kubectl.ts'
import type { Named, Workload } from '../../kind/support/objects.ts'
import { run } from '../../kind/support/run.ts'
import { allAvailable } from './deployments.ts'
import type { Step } from './step.ts'

const isControlPlane = ({ metadata }: Named) => 'node-role.kubernetes.io/control-plane' in (metadata.labels ?? {})
const drainS = 300
/** Long enough for the cluster to miss the node's sign of life (40 s). */
const awayMs = 50_000

/** Each worker is drained as for its maintenance, is killed once it is empty, stays away for a while and comes back. */
export async function drains(): Promise<Step[]> {
  const workers = (await list<Named>('nodes')).filter((node) => !isControlPlane(node))
  if (workers.length < 2) throw new Error('a drain needs two workers at least: k8s/kind-ha.yaml')
  return workers.map(({ metadata: { name } }) => ({
    name: `drain and kill of ${name}`,
    async run() {
      try {
        await kubectl(['drain', name, '--ignore-daemonsets', '--delete-emptydir-data', `--timeout=${drainS}s`], {
          timeoutMs: (drainS + 10) * 1000,
        })
        await allAvailable()
        await run('docker', ['kill', name], { timeoutMs: 30_000 })
        await sleep(awayMs)
      } finally {
        await run('docker', ['start', name], { timeoutMs: 60_000 })
        await kubectl(['wait', '--for=condition=Ready', `node/${name}`, '--timeout=120s'], { timeoutMs: 130_000 })
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
