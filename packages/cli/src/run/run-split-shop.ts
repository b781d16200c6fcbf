import { join } from 'node:path'
import { Failure } from '../io/failure.ts'
import type { Output } from '../io/output.ts'
import { progressBar } from '../io/progress-bar.ts'
import { keepBrokerUp } from '../split/keep-broker-up.ts'
import type { Replica, ReplicaExit } from '../split/replica.ts'
import { type ServiceName, serviceNames } from '../split/service-names.ts'
import type { SplitShop } from '../split/split-shop.ts'
import { startSplitShop } from '../split/start-split-shop.ts'
import { onStopSignal } from './on-stop-signal.ts'
import { present } from './present.ts'
import { publicPorts } from './public-ports.ts'
import type { RunOptions } from './run-options.ts'
import { givenBroker, splitVariables } from './split-variables.ts'

/** Databases, messages and logs of one division, beside those of others; accounts and secrets are the data folder's. */
export const splitFolder = (dataDir: string, split: readonly ServiceName[]) =>
  join(dataDir, 'split', split.length === serviceNames.length ? 'all' : split.toSorted().join('+'))

/**
 * The shop in processes, until it is told to end; what ends by itself is started again. Resolves with 0.
 * @throws Failure when it could not start, or something did not end as it should
 */
export async function runSplitShop(
  { dataDir, portOffset, seed, json, split = serviceNames, replicas = 1 }: RunOptions,
  output: Output,
): Promise<number> {
  const { promise: end, resolve: onEnd } = Promise.withResolvers<void>()
  const asked = onStopSignal(onEnd)
  const bar = progressBar('downloading mongod')
  const amqpUrl = givenBroker(process.env)
  const [env, ports] = [splitVariables(process.env), publicPorts(process.env, portOffset)]
  output.note(`starting a mongod per process${amqpUrl ? '' : ', RabbitMQ'} and the services`)
  let shop: SplitShop | undefined
  let broker: ReturnType<typeof keepBrokerUp> | undefined
  try {
    shop = await startSplitShop({
      folder: splitFolder(dataDir, split),
      dataDir,
      split,
      replicas,
      ports,
      amqpUrl,
      env,
      stopping: asked,
      onExit: (replica, exit) => output.note(`${describe(replica, exit)}; it is started again`),
      onProgress: ({ receivedBytes = 0, totalBytes = 0 }) =>
        bar.update(receivedBytes, Math.max(totalBytes, receivedBytes)),
    }).finally(bar.stop)
    if (amqpUrl === undefined)
      broker = keepBrokerUp(shop.broker, { onEnd: () => output.note('RabbitMQ ended; it is started again') })
    const about = { pid: process.pid, logFile: join(shop.folder, 'logs') }
    await present({ addresses: addressesOf(shop), about, dataDir, seed, json }, output)
    await end
  } catch (error) {
    if (!asked.aborted) {
      await stop()
      throw error
    }
  }
  if (shop) output.note('ending; requests under way are finished first')
  const unclean = await stop()
  if (unclean.length > 0) throw new Failure(unclean.join('\n'))
  return 0

  async function stop(): Promise<string[]> {
    await broker?.stop()
    return (await shop?.stop()) ?? []
  }
}

const describe = ({ name, logFile }: Replica, { code, signal }: ReplicaExit) =>
  `${name} ended ${signal ? `by ${signal}` : `with ${code}`} (${logFile})`

/** Of each service, with its processes as they are now. */
function addressesOf({ urls, replicas }: SplitShop) {
  return serviceNames.map((name) => {
    const hosts = replicas.filter(({ listeners }) => listeners[name])
    return {
      name,
      url: urls[name],
      adminUrl: `http://127.0.0.1:${hosts[0]!.listeners[name]!.adminPort}`,
      processes: hosts.map((replica) => ({ name: replica.name, pid: replica.pid })),
    }
  })
}
