import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { eventually } from '@toko/testkit'
import { getJson, kubectl } from './kubectl.ts'
import type { Pod } from './objects.ts'
import { execIn } from './pods.ts'

/** What a pod reaches: `open` or `closed` by `address:port`, and whether names are resolved for it. */
export interface Reach {
  readonly hasDns: boolean
  readonly ports: Readonly<Record<string, 'open' | 'closed'>>
}

const source = readFileSync(new URL('try-ports.ts', import.meta.url), 'utf8')
const program = (targets: readonly string[]) => [
  'node',
  '--input-type=module-typescript',
  '--eval',
  source,
  JSON.stringify({ targets, limitMs: 1000, tries: 3, name: 'kubernetes.default.svc.cluster.local' }),
]

/** Tries all targets (`address:port`) from inside a pod: where it has Node itself, else by a container beside it. */
export async function reachOf(pod: Pod, image: string, targets: readonly string[], namespace?: string): Promise<Reach> {
  const command = program(targets)
  const hasNode = /(^|\/)toko\//.test(pod.spec.containers[0]!.image)
  const printed = hasNode ? execIn(pod.metadata.name, command, namespace) : besides(pod, image, command)
  return JSON.parse(await printed) as Reach
}

/** An ephemeral container shares the pod's network and its policies; it ends by itself and stays listed until the pod goes. */
async function besides({ metadata: { name: pod } }: Pod, image: string, command: readonly string[]): Promise<string> {
  const name = `probe-${randomBytes(4).toString('hex')}`
  await kubectl([
    'debug',
    pod,
    `--image=${image}`,
    '--image-pull-policy=IfNotPresent',
    `--container=${name}`,
    '--profile=restricted',
    '--attach=false',
    '--quiet',
    '--',
    ...command,
  ])
  await eventually(
    async () => {
      const { status } = await getJson<Pod>(['get', 'pod', pod])
      const mine = status.ephemeralContainerStatuses?.find((each) => each.name === name)
      if (!mine?.state.terminated) throw new Error(`the probe in ${pod} has not ended: ${JSON.stringify(mine)}`)
    },
    { timeoutMs: 60_000, everyMs: 500 },
  )
  return kubectl(['logs', pod, `--container=${name}`])
}
