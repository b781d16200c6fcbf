import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { defaultCacheDir, findMongod } from '@toko/database'
import { type PrivateBroker, startPrivateBroker } from '@toko/messaging'
import { createLogger, type Logger } from '@toko/runtime'
import { type Balancer, startBalancer } from './balancer.ts'
import { freePort } from './free-port.ts'
import { folderVariable, leftOver } from './left-over.ts'
import { type OwnMongod, ownMongod } from './own-mongod.ts'
import { type Replica, startReplica } from './replica.ts'
import { splitSecrets } from './secrets.ts'
import { serviceEnvironment } from './service-environment.ts'
import { forEachService, type ServiceName, serviceNames } from './service-names.ts'

export interface SplitShopOptions {
  /** Databases, secrets, accounts and logs; created if absent. */
  readonly folder: string
  /** Processes of each service, or of some; 1 by default. */
  readonly replicas?: number | Partial<Record<ServiceName, number>>
  /** Variables of the services, e.g. `ORDER_SWEEP_EVERY_MS`. */
  readonly env?: Readonly<Record<string, string>>
  /** Further variables of one replica, asked for at each of its starts. */
  readonly envOf?: (service: ServiceName, index: number) => Readonly<Record<string, string>>
  /** Modules that every replica loads first, for tests. */
  readonly preloads?: readonly string[]
  /** Pause between the end of a replica and its next start. */
  readonly restartDelayMs?: number
  /** From findMongod(); looked for when absent. */
  readonly mongodBinary?: string | undefined
}

export interface SplitShop {
  /** Of each service's balancer. */
  readonly urls: Readonly<Record<ServiceName, string>>
  readonly folder: string
  readonly replicas: readonly Replica[]
  readonly mongods: Readonly<Record<ServiceName, OwnMongod>>
  readonly broker: PrivateBroker
  /** Resolves when every replica answers that it can serve. @throws Failure */
  whenReady(limitMs?: number): Promise<void>
  /**
   * Ends everything: SIGTERM, then SIGKILL for who takes longer than its grace. Resolves with what was not as it should
   * be: a replica that did not end by itself with 0, a process that is left. Empty: all clean.
   */
  stop(): Promise<string[]>
}

/** A replica's own grace is 42 s (its main.ts). */
const stopLimitMs = 45_000

const countOf = (replicas: SplitShopOptions['replicas'], service: ServiceName) =>
  typeof replicas === 'number' ? replicas : (replicas?.[service] ?? 1)

/**
 * The shop in its split shape on this machine: each service as processes of its own with a mongod of its own, reached by
 * the others only through a balancer. Resolves when every replica is ready.
 * @throws Failure, MongodNotFoundError, DataFolderInUseError; nothing is left running then
 */
export async function startSplitShop(options: SplitShopOptions): Promise<SplitShop> {
  mkdirSync(join(options.folder, 'logs'), { recursive: true })
  const folder = realpathSync(options.folder)
  const log = createLogger('split', 'warn', process.stderr)
  const [mongods, broker] = await startStores(folder, options.mongodBinary, log)
  const secrets = splitSecrets(folder)
  const taken = new Set<number>()
  const byService = forEachService((): Replica[] => [])
  const balancers: Balancer[] = []
  for (const service of serviceNames) balancers.push(await startBalancer(byService[service]))
  const urls = Object.fromEntries(serviceNames.map((service, n) => [service, balancers[n]!.url])) as SplitShop['urls']

  for (const service of serviceNames)
    for (let index = 0; index < countOf(options.replicas, service); index++) {
      const [port, adminPort] = [await freePort(taken), await freePort(taken)]
      const around = { urls, secrets, port, adminPort, mongoUrl: mongods[service].url(), amqpUrl: broker.url }
      byService[service].push(
        startReplica({
          service,
          index,
          port,
          adminPort,
          logFile: join(folder, 'logs', `${service}-${index}.log`),
          restartDelayMs: options.restartDelayMs ?? 1000,
          preloads: options.preloads ?? [],
          environment: () => ({
            PATH: process.env['PATH'] ?? '',
            [folderVariable]: folder,
            ...serviceEnvironment(service, around),
            ...options.env,
            ...options.envOf?.(service, index),
          }),
        }),
      )
    }
  const replicas = Object.values(byService).flat()

  const shop: SplitShop = {
    urls,
    folder,
    replicas,
    mongods,
    broker,
    async whenReady(limitMs) {
      await Promise.all(replicas.map((replica) => replica.whenReady(limitMs)))
    },
    stop: () => stop(stopLimitMs),
  }
  async function stop(limitMs: number): Promise<string[]> {
    const ends = await Promise.all(replicas.map((replica) => replica.stop(limitMs)))
    await Promise.all(balancers.map((balancer) => balancer.stop()))
    await Promise.all([broker.stop(), ...Object.values(mongods).map(async (mongod) => mongod.stop?.())])
    const unclean = replicas.filter((_, n) => !ends[n])
    return [
      ...unclean.map(({ service, index, logFile }) => `${service}-${index} did not end with 0, see ${logFile}`),
      ...(await leftOver(folder)),
    ]
  }
  try {
    await shop.whenReady()
    return shop
  } catch (error) {
    await stop(0) // who never served has nothing to finish
    throw error
  }
}

async function startStores(
  folder: string,
  binary: string | undefined,
  log: Logger,
): Promise<[SplitShop['mongods'], PrivateBroker]> {
  const path = binary ?? (await findMongod({ ...whereToLook(), log })).path
  const mongods = forEachService((service) => ownMongod(path, join(folder, 'mongod', service), log))
  const broker = startPrivateBroker({ folder: join(folder, 'broker'), env: process.env })
  const starts = await Promise.allSettled([broker, ...Object.values(mongods).map(async (mongod) => mongod.start?.())])
  const failed = starts.find((each) => each.status === 'rejected')
  if (!failed) return [mongods, await broker]
  await broker.then((started) => started.stop()).catch(() => {}) // the first failure is the one that explains
  await Promise.all(Object.values(mongods).map(async (mongod) => mongod.stop?.()))
  throw failed.reason
}

const whereToLook = () => ({
  binary: process.env['MONGOD_BINARY'],
  searchPath: process.env['PATH'],
  cacheDir: process.env['TOKO_CACHE'] || defaultCacheDir(),
})
