import { appendFileSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { lockDataFolder } from '@toko/database'
import type { PrivateBroker } from '@toko/messaging'
import { createLogger, UserFaultError } from '@toko/runtime'
import { Failure } from '../io/failure.ts'
import { type BalancedTarget, startBalancer } from './balancer.ts'
import { leftOver } from './left-over.ts'
import { planProcesses } from './process-plan.ts'
import type { Replica } from './replica.ts'
import { splitSecrets } from './secrets.ts'
import { forEachService, serviceNames } from './service-names.ts'
import type { SplitShop, SplitShopOptions } from './split-shop.ts'
import { startProcesses } from './start-processes.ts'
import { type Stores, startStores } from './start-stores.ts'

/** A replica's own grace is 42 s (its main.ts). */
const stopLimitMs = 45_000

/**
 * The shop in processes on this machine: each service, or some of them and the rest together, with a mongod per process,
 * reached by the others only through a balancer. Resolves when every replica is ready.
 * @throws Failure; nothing is left running then
 */
export async function startSplitShop(options: SplitShopOptions): Promise<SplitShop> {
  mkdirSync(join(options.folder, 'logs'), { recursive: true })
  const folder = realpathSync(options.folder)
  const logFile = join(folder, 'logs', 'stores.log')
  const log = createLogger('split', 'warn', { write: (line) => appendFileSync(logFile, line, { mode: 0o600 }) })
  const plans = planProcesses(options.split ?? serviceNames)
  const targets = forEachService((): BalancedTarget[] => [])
  const replicas: Replica[] = []
  const undo: (() => Promise<void> | void)[] = []

  async function stop(limitMs = stopLimitMs): Promise<string[]> {
    const ends = await Promise.all(replicas.map((replica) => replica.stop(limitMs)))
    for (const end of undo.splice(0).toReversed()) await end()
    const unclean = replicas.filter((_, n) => !ends[n])
    return [
      ...unclean.map(({ name, logFile: file }) => `${name} did not end with 0, see ${file}`),
      ...(await leftOver(folder)),
    ]
  }
  async function whenReady(limitMs?: number): Promise<void> {
    await Promise.all(replicas.map((replica) => replica.whenReady(limitMs)))
  }
  try {
    const lock = lockDataFolder(folder, 'the option --data-dir')
    undo.push(() => lock.release())
    const urls = forEachService(() => '')
    for (const service of serviceNames) {
      const balancer = await startBalancer(targets[service], options.ports?.services[service].port ?? 0, service)
      urls[service] = balancer.url
      undo.push(() => balancer.stop())
    }
    const dataDir = realpathSync(options.dataDir ?? folder)
    const secrets = splitSecrets(dataDir)
    const stores = await startStores(plans, {
      folder,
      mongodBinary: options.mongodBinary,
      amqpUrl: options.amqpUrl,
      log,
      onProgress: options.onProgress ?? (() => {}),
    })
    undo.push(() => stores.stop())
    options.stopping?.throwIfAborted()
    await startProcesses({ ...options, plans, folder, dataDir, secrets, urls, stores, targets, started: replicas })
    await unlessAborted(whenReady(), options.stopping)
    const mongods = Object.fromEntries(
      plans.flatMap(({ name, services }) => services.map((service) => [service, stores.mongods.get(name)!])),
    ) as SplitShop['mongods']
    return {
      urls,
      folder,
      replicas,
      mongods,
      get broker() {
        return brokerOf(stores)
      },
      whenReady,
      stop,
    }
  } catch (error) {
    await stop(0) // who never served has nothing to finish
    throw error instanceof UserFaultError ? new Failure(error.message) : error
  }
}

function brokerOf({ broker }: Stores): PrivateBroker {
  if (!broker) throw new Failure('RabbitMQ was given: it is not ours')
  return broker
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work
  work.catch(() => {}) // told to who waits, or given up
  const given = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  await Promise.race([work, given])
}
