import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edges, published } from './edges.ts'
import { apply, getJson, kubectl, list, namespace } from './support/kubectl.ts'
import { nameOf, type Pod } from './support/objects.ts'
import { runningPods } from './support/pods.ts'
import { allows, type End, type NetworkPolicy } from './support/policies.ts'
import { jobLabels, nodeImage, removeProbes, restrictedPod, startProbes } from './support/probe-pods.ts'
import { type Reach, reachOf } from './support/probe.ts'
import { run } from './support/run.ts'

const elsewhere = 'toko-probe'
const metadataAddress = '169.254.169.254:80'

let pods: Pod[]
let policies: NetworkPolicy[]
let reach: ReadonlyMap<Pod, Reach>
let stranger: Reach
let free: Reach
let apiServer: string
/** A listener of this machine, beyond the cluster's own networks: what the internet is to a pod. */
let outside: { server: Server; address: string }

const portsOf = ({ spec }: Pod) => spec.containers.flatMap(({ ports = [] }) => ports)
const targetsOf = (pod: Pod) => portsOf(pod).map(({ containerPort }) => `${pod.status.podIP}:${containerPort}`)
const endOf = (pod: Pod): End => ({
  namespace,
  labels: pod.metadata.labels ?? {},
  ip: pod.status.podIP!,
  ports: portsOf(pod),
})
const addressOf = (target: string): End => ({ ip: target.split(':')[0]! })

/** `a → b:port` for every pair of different pods of which `isOpen` says yes. */
const pairs = (isOpen: (from: Pod, to: Pod, port: number) => boolean): string[] =>
  pods.flatMap((from) =>
    pods.flatMap((to) =>
      from === to
        ? []
        : portsOf(to)
            .filter(({ containerPort }) => isOpen(from, to, containerPort))
            .map(({ containerPort }) => `${nameOf(from)} → ${nameOf(to)}:${containerPort}`),
    ),
  )
const observed = () => pairs((from, to, port) => reach.get(from)!.ports[`${to.status.podIP}:${port}`] === 'open')
const declared = () => pairs((from, to, port) => allows(policies, endOf(from), endOf(to), port))

async function listenOutside(): Promise<typeof outside> {
  const gateway = JSON.parse(await run('docker', ['network', 'inspect', 'kind', '--format', '{{json .IPAM.Config}}']))
  const host = (gateway as { Gateway?: string }[]).map(({ Gateway }) => Gateway).find((each) => each?.includes('.'))
  const server = createServer((socket) => socket.end())
  server.listen(0, host)
  await once(server, 'listening')
  return { server, address: `${host}:${(server.address() as { port: number }).port}` }
}

beforeAll(async () => {
  const image = await nodeImage()
  outside = await listenOutside()
  const api = await getJson<{ spec: { clusterIP: string } }>(['get', 'service', 'kubernetes'], { namespace: 'default' })
  apiServer = `${api.spec.clusterIP}:443`
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: elsewhere } })
  await Promise.all([
    startProbes([restrictedPod('free', image)], elsewhere),
    startProbes([restrictedPod('test-job', image, jobLabels), restrictedPod('stranger', image)]),
  ])
  const found = await runningPods()
  const nobody = found.find(({ metadata }) => metadata.name === 'stranger')!
  const [unbound] = await runningPods('toko-test=probe', elsewhere)
  pods = found.filter((pod) => pod !== nobody)
  policies = await list<NetworkPolicy>('networkpolicies')
  const targets = [...pods.flatMap(targetsOf), apiServer, outside.address, metadataAddress]
  // A few at a time: each pod's probe is a process on the same machine.
  const seen = new Map<Pod, Reach>()
  const waiting = [...found, unbound!]
  const worker = async () => {
    for (let pod = waiting.pop(); pod; pod = waiting.pop())
      seen.set(pod, await reachOf(pod, image, targets, pod === unbound ? elsewhere : namespace))
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  reach = seen
  stranger = seen.get(nobody)!
  free = seen.get(unbound!)!
}, 300_000)
afterAll(async () => {
  await removeProbes()
  await kubectl(['delete', 'namespace', elsewhere, '--ignore-not-found', '--wait=false'])
  outside.server.close()
})

describe('the network of the shop', () => {
  it('has a listener behind every port that a pod declares, or a refusal would prove nothing', () => {
    const silent = pods.flatMap((pod) =>
      targetsOf(pod)
        .filter((target) => reach.get(pod)!.ports[target] !== 'open')
        .map((target) => `${nameOf(pod)} ${target}`),
    )
    expect(silent).toEqual([])
  })

  it('lets through exactly what the policies declare: every pair of pods, every port', () => {
    console.log(`# ${pods.length} pods, ${pods.length * (pods.length - 1)} pairs, ${observed().length} open edges`)
    expect(pods.length).toBeGreaterThan(9)
    expect(observed().toSorted()).toEqual(declared().toSorted())
  })

  it('declares the edges of the design and no other', () => {
    expect([...new Set(declared())].toSorted()).toEqual(edges.toSorted())
  })

  it('lets no pod out of the namespace: no internet, no metadata address, no API server', () => {
    const beyond = [apiServer, outside.address, metadataAddress]
    const open = pods.flatMap((pod) =>
      beyond.filter((target) => reach.get(pod)!.ports[target] === 'open').map((target) => `${nameOf(pod)} → ${target}`),
    )
    expect(open).toEqual([])
    for (const pod of pods)
      for (const target of beyond)
        expect(allows(policies, endOf(pod), addressOf(target), Number(target.split(':')[1]))).toBe(false)
    // The same addresses answer a pod without policies.
    expect([free.ports[apiServer], free.ports[outside.address]]).toEqual(['open', 'open'])
  })

  it('resolves names for every pod', () => {
    expect(pods.filter((pod) => !reach.get(pod)!.hasDns).map(nameOf)).toEqual([])
  })

  it('gives a pod without a role nothing', () => {
    expect(Object.values(stranger.ports).filter((each) => each === 'open')).toEqual([])
  })

  it('gives a pod of another namespace no more than what is published', () => {
    const open = pods.flatMap((pod) =>
      targetsOf(pod)
        .filter((target) => free.ports[target] === 'open')
        .map((target) => `${nameOf(pod)}:${target.split(':')[1]}`),
    )
    expect(open.length).toBeGreaterThanOrEqual(4)
    expect(published).toEqual(expect.arrayContaining(open))
  })
})
