import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { getJson, kubectl, list, namespace } from './support/kubectl.ts'
import type { Named, Pod } from './support/objects.ts'
import { isReady, runningPods, settledPods } from './support/pods.ts'
import { run } from './support/run.ts'

const MiB = 1_048_576
const services = ['user', 'product', 'order', 'payment']

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string }
    readonly cpu?: { readonly usageCoreNanoSeconds?: number }
    readonly memory?: { readonly workingSetBytes?: number }
  }[]
}

/** What the kubelet measures of the shop's pods: bytes that can't be reclaimed, and CPU time so far by pod. */
async function usage(): Promise<{ bytes: number; cpuNs: Map<string, number>; atMs: number }> {
  const [node] = await list<Named>('nodes')
  const path = `/api/v1/nodes/${node!.metadata.name}/proxy/stats/summary`
  const { pods } = JSON.parse(await kubectl(['get', '--raw', path])) as Summary
  const ours = pods.filter(({ podRef }) => podRef.namespace === namespace)
  return {
    bytes: ours.reduce((sum, { memory }) => sum + (memory?.workingSetBytes ?? 0), 0),
    cpuNs: new Map(ours.map(({ podRef, cpu }) => [podRef.name, cpu?.usageCoreNanoSeconds ?? 0])),
    atMs: performance.now(),
  }
}

describe('the whole shop with its observability', () => {
  it('takes at most 3 GiB of memory and, idle, half a core', async () => {
    await settledPods()
    const first = await usage()
    await sleep(30_000)
    const second = await usage()
    const names = [...second.cpuNs.keys()].filter((name) => first.cpuNs.has(name))
    const spentNs = names.reduce((sum, name) => sum + second.cpuNs.get(name)! - first.cpuNs.get(name)!, 0)
    const cores = spentNs / 1e6 / (second.atMs - first.atMs)
    console.log(`# ${names.length} pods: ${Math.round(second.bytes / MiB)} MiB, ${cores.toFixed(2)} cores idle`)
    expect(names.length).toBeGreaterThan(9)
    expect(second.bytes).toBeLessThanOrEqual(3 * 1024 * MiB)
    expect(cores).toBeLessThanOrEqual(0.5)
  })

  it('has images of at most 160 MB over their base', async () => {
    const sizeOf = async (image: string) =>
      Number(await run('docker', ['image', 'inspect', '--format', '{{.Size}}', image]))
    const base = await sizeOf(process.env['NODE_IMAGE'] || 'node:24-bookworm-slim')
    for (const name of services) {
      const over = ((await sizeOf(`toko/${name}:dev`)) - base) / 1e6
      console.log(`# ${name}: ${Math.round(over)} MB over its base`)
      expect(over, name).toBeLessThanOrEqual(160)
    }
  })

  it.each(services)('has a %s pod ready at most 5 s after its start', async (name) => {
    const selector = `app.kubernetes.io/name=${name}-service`
    const old = (await runningPods(selector)).map(({ metadata }) => metadata.name)
    await kubectl(['delete', 'pod', old[0]!, '--wait=false'])
    const ready = await eventually(
      async () => {
        const fresh = (await runningPods(selector)).filter(({ metadata }) => !old.includes(metadata.name))
        if (fresh.length === 0 || !fresh.every(isReady)) throw new Error('the new pod is not ready')
        return fresh[0]!
      },
      { timeoutMs: 60_000, everyMs: 500 },
    )
    const { status } = await getJson<Pod>(['get', 'pod', ready.metadata.name])
    const startedAt = status.containerStatuses![0]!.state.running!.startedAt
    const readyAt = status.conditions!.find(({ type }) => type === 'Ready')!.lastTransitionTime
    const seconds = (Date.parse(readyAt) - Date.parse(startedAt)) / 1000
    console.log(`# ${name}: ready ${seconds} s after its start`)
    expect(seconds).toBeLessThanOrEqual(5)
  })
})
