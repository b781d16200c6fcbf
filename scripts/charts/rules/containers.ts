import { containersOf, hasPort, isLasting, type KubeObject, nameOf, type Pods, podsOf, probesOf } from '../objects.ts'
import type { Container, Quantities } from '../pod-spec.ts'

/** Images by tag, requests and limits, probes. */
export const containerFaults = (objects: readonly KubeObject[]): string[] =>
  podsOf(objects).flatMap((pods) => {
    const inits = new Set((pods.spec.initContainers ?? []).map(({ name }) => name))
    return containersOf(pods.spec).flatMap((container) => {
      const probes = isLasting(pods) && !inits.has(container.name) ? probeFaults(container, pods) : []
      const faults = [...imageFaults(container), ...resourceFaults(container), ...secretFaults(container), ...probes]
      return faults.map((fault) => `${nameOf(pods.owner)} ${container.name} ${fault}`)
    })
  })

function imageFaults({ image = '', imagePullPolicy }: Container): string[] {
  const says = (isRight: boolean, message: string) => (isRight ? [] : [message])
  const tag = /:([\w.-]+)$/.exec(image.split('@')[0]!)?.[1]
  const isPinned = image.includes('@sha256:') || (tag !== undefined && tag !== 'latest')
  return [
    ...says(isPinned, `has the image "${image}" without a tag`),
    ...says(imagePullPolicy !== undefined, 'has no imagePullPolicy'),
  ]
}

/** Cores: `250m` → 0.25. */
const cores = (quantity: number | string): number => {
  const text = String(quantity)
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text)
}

function resourceFaults({ resources }: Container): string[] {
  const says = (isRight: boolean, message: string) => (isRight ? [] : [message])
  const { requests = {}, limits = {} } = resources ?? {}
  const lacks = (has: Quantities, names: readonly string[]) => names.filter((name) => !(name in has))
  const missing = [
    ...lacks(requests, ['cpu', 'memory', 'ephemeral-storage']).map((name) => `request of ${name}`),
    ...lacks(limits, ['memory', 'ephemeral-storage']).map((name) => `limit of ${name}`),
  ]
  return [
    ...missing.map((name) => `has no ${name}`),
    ...says(requests['memory'] === limits['memory'], 'asks for less memory than it may take'),
    // Less throttles the event loop and multiplies the time of a start.
    ...says(!('cpu' in limits) || cores(limits['cpu']) >= 1, 'has a limit under one CPU'),
  ]
}

/** Variables of others' programs that read a password from nowhere else, have no children and may see no data. */
const needed: ReadonlySet<string> = new Set(['exporter MONGODB_PASSWORD'])

/** Secrets are files: a variable ends up in crash reports, and in the environment of every child. */
function secretFaults({ name: container, env = [], envFrom = [] }: Container): string[] {
  return [
    ...env
      .filter(({ name, valueFrom }) => valueFrom?.secretKeyRef !== undefined && !needed.has(`${container} ${name}`))
      .map(({ name }) => `takes ${name} from a Secret as a variable`),
    ...env
      .filter(({ name, value }) => /(SECRET|PASS|PASSWORD|COOKIE|TOKEN)$/.test(name) && (value ?? '') !== '')
      .map(({ name }) => `holds ${name} in clear`),
    ...envFrom.filter(({ secretRef }) => secretRef !== undefined).map(() => 'takes a whole Secret as variables'),
  ]
}

function probeFaults(container: Container, { labels, spec }: Pods): string[] {
  const says = (isRight: boolean, message: string) => (isRight ? [] : [message])
  const { startupProbe, readinessProbe, livenessProbe } = container
  const pages = [livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path)
  // A service's readiness may look at others; what is nobody's client has one page for both.
  const mayShare = labels['app.kubernetes.io/component'] !== 'service' || pages[0] === undefined
  const ports = probesOf(container).flatMap(({ httpGet, tcpSocket, grpc }) =>
    [httpGet?.port, tcpSocket?.port, grpc?.port].filter((port) => port !== undefined),
  )
  return [
    ...says(readinessProbe !== undefined, 'has no readiness probe'),
    ...says(livenessProbe !== undefined, 'has no liveness probe'),
    ...says(startupProbe !== undefined, 'has no startup probe'),
    ...says(
      probesOf(container).every(({ initialDelaySeconds = 0 }) => initialDelaySeconds <= 10),
      'waits for a fixed time in place of a startup probe',
    ),
    ...says(
      mayShare || pages[0] !== pages[1],
      'has one page for liveness and readiness: an outage elsewhere would restart it',
    ),
    ...ports.flatMap((port) => says(hasPort(spec, port), `is probed on port ${port}, which it does not declare`)),
  ]
}
