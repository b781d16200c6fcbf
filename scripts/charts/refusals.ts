import { join } from 'node:path'
import { atMost, runProgram } from './programs.ts'
import { withoutCluster } from './render.ts'

/** `key=JSON`, as `helm --set-json` takes it; the chart whose schema refuses it; what the line about it names. */
type BadValue = readonly [value: string, chart: string, names: string]

/** Misspelt keys, wrong types, values out of range: each has a line of its own in what Helm says. */
export const badValues: readonly BadValue[] = [
  ['colour="red"', 'toko', "'colour'"],
  ['global.imageRegistri="example.org"', 'toko', "'imageRegistri'"],
  ['global.image.pulPolicy="Always"', 'toko', "'pulPolicy'"],
  ['global.image.pullPolicy="Sometimes"', 'toko', '/global/image/pullPolicy'],
  ['global.otlpEndpoint=4318', 'toko', '/global/otlpEndpoint'],
  ['global.jaegerUrl=16686', 'toko', '/global/jaegerUrl'],
  ['global.generateSecrets="sometimes"', 'toko', '/global/generateSecrets'],
  ['networkPolicy.defaultDeny="yes"', 'toko', '/networkPolicy/defaultDeny'],
  ['cli.imag="x"', 'toko', "'imag'"],
  ['seed.enable=false', 'toko', "'enable'"],
  ['test.orders=0', 'toko', '/test/orders'],
  ['extraObjects={}', 'toko', '/extraObjects'],
  ['user.replica=2', 'user', "'replica'"],
  ['user.replicas="two"', 'user', '/replicas'],
  ['user.image="toko/user:1"', 'user', '/image'],
  ['user.service.type="Ingress"', 'user', '/service/type'],
  ['user.service.nodePort=70000', 'user', '/service/nodePort'],
  ['user.config="rpc"', 'user', '/config'],
  ['user.extraEnv={"A":"b"}', 'user', '/extraEnv'],
  ['order.replicas=-1', 'order', '/replicas'],
  ['order.image.tags="1"', 'order', "'tags'"],
  ['order.image.pullPolicy="Sometimes"', 'order', '/image/pullPolicy'],
  ['order.image.digest="sha256:abc"', 'order', '/image/digest'],
  ['order.networkPolicy.enable=true', 'order', "'enable'"],
  ['order.serviceMonitor.interval="often"', 'order', '/serviceMonitor/interval'],
  ['order.topologySpread.whenUnsatisfiable="Never"', 'order', '/topologySpread/whenUnsatisfiable'],
  ['order.database.url="mongodb://x"', 'order', "'url'"],
  ['product.replicas=1.5', 'product', '/replicas'],
  ['product.resources.limit={}', 'product', "'limit'"],
  ['product.autoscaling.maxReplicas=0', 'product', '/autoscaling/maxReplicas'],
  ['product.autoscaling.max=3', 'product', "'max'"],
  ['product.podDisruptionBudget.minAvailable=1', 'product', "'minAvailable'"],
  ['payment.probes.liveness.path="/"', 'payment', "'path'"],
  ['payment.probes.startup.failureThreshold=0', 'payment', '/probes/startup/failureThreshold'],
  ['payment.terminationGracePeriodSeconds=30', 'payment', '/terminationGracePeriodSeconds'],
  ['all.services=["user","stock"]', 'all', '/services'],
  ['payment.mongodb.replicas=2', 'mongodb', '/replicas'],
  ['payment.mongodb.backups.enabled=true', 'mongodb', "'backups'"],
  ['payment.mongodb.exporter.enable=true', 'mongodb', "'enable'"],
  ['rabbitmq.memoryHighWatermark="60%"', 'rabbitmq', '/memoryHighWatermark'],
  ['rabbitmq.erlangCookie="x"', 'rabbitmq', "'erlangCookie'"],
  ['observability.rules.pace="slow"', 'observability', '/rules/pace'],
  ['observability.tempo.enabled=true', 'observability', "'tempo'"],
]

/** Combinations that can't work, and installs that can't: arguments of Helm, and what its one line names. */
export const badInstalls: readonly (readonly [args: string, names: string])[] = [
  ['--set all.enabled=true', 'user.enabled'],
  ['--set user.enabled=false', 'user.enabled'],
  ['--set rabbitmq.enabled=false', 'broker.existingSecret'],
  ['--set observability.enabled=false', 'global.otlpEndpoint'],
  ['--set observability.enabled=false,global.otlpEndpoint=http://collector:4318', 'global.jaegerUrl'],
  ['--set order.mongodb.enabled=false', 'database.existingSecret'],
  ['--set order.serviceMonitor.enabled=true', 'serviceMonitor.enabled'],
  ['--set order.mongodb.serviceMonitor.enabled=true', 'exporter.enabled'],
  ['--set global.generateSecrets=once', 'global.generateSecrets'],
  ['--kube-version 1.29.0', 'kubeVersion'],
]

/** `order: at '/replicas': …`: lines of Helm's list, each behind the chart that it stands under. */
function saidOf(stderr: string): string[] {
  let chart = ''
  return stderr.split('\n').map((line) => {
    chart = /^([\w-]+):$/.exec(line)?.[1] ?? chart
    return `${chart}: ${line}`
  })
}

async function valueFaults(chart: string): Promise<string[]> {
  const values = ['all.enabled=true', ...badValues.map(([value]) => value)].flatMap((value) => ['--set-json', value])
  const { code, stderr } = await runProgram('helm', ['template', 'toko', chart, ...withoutCluster, ...values])
  if (code === 0) return ['bad values are not refused']
  const said = saidOf(stderr)
  return badValues
    .filter(([, by, names]) => !said.some((line) => line.startsWith(`${by}: `) && line.includes(names)))
    .map(([value]) => `--set-json '${value}' is refused by no line of its own:\n${stderr.trim()}`)
}

const installFaults = (chart: string) =>
  atMost(4, badInstalls, async ([args, names]) => {
    const { code, stderr } = await runProgram('helm', [
      'template',
      'toko',
      chart,
      ...withoutCluster,
      ...args.split(' '),
    ])
    const line = stderr.split('\n').find((each) => each.startsWith('Error: '))
    if (code === 0) return [`helm template toko ${args} is not refused`]
    return line?.includes(names) ? [] : [`helm template toko ${args} names ${names} in no line: ${stderr.trim()}`]
  })

/** Values and installs that Helm takes, or refuses without a line that names the reason. */
export async function refusalFaults(folder: string): Promise<string[]> {
  const chart = join(folder, 'toko')
  return [...(await valueFaults(chart)), ...(await installFaults(chart)).flat()]
}
