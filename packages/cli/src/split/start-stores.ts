import { join } from 'node:path'
import { defaultCacheDir, findMongod, type MongodProgress } from '@toko/database'
import { type PrivateBroker, startPrivateBroker } from '@toko/messaging'
import type { Environment, Logger } from '@toko/runtime'
import { type OwnMongod, ownMongod } from './own-mongod.ts'
import type { ProcessName, ProcessPlan } from './process-plan.ts'

export interface StoresOptions {
  readonly folder: string
  /** From findMongod(); looked for when absent. */
  readonly mongodBinary: string | undefined
  /** A RabbitMQ that is there; a private one when absent. */
  readonly amqpUrl: string | undefined
  readonly log: Logger
  /** What a download of mongod tells. */
  readonly onProgress: (progress: MongodProgress) => void
}

export interface Stores {
  readonly mongods: ReadonlyMap<ProcessName, OwnMongod>
  /** Undefined where RabbitMQ was given. */
  readonly broker: PrivateBroker | undefined
  stop(): Promise<void>
}

/** A mongod for each process, and RabbitMQ unless it is given; all of them, or none is left running. */
export async function startStores(plans: readonly ProcessPlan[], options: StoresOptions): Promise<Stores> {
  const { folder, amqpUrl, log, onProgress } = options
  const path =
    options.mongodBinary ?? (await findMongod({ ...whereToLook(process.env), log, progress: onProgress })).path
  const mongods = new Map(plans.map(({ name }) => [name, ownMongod(path, join(folder, 'mongod', name), log)]))
  const starting =
    amqpUrl === undefined ? startPrivateBroker({ folder: join(folder, 'broker'), env: process.env }) : undefined
  const starts = await Promise.allSettled([starting, ...[...mongods.values()].map(async (mongod) => mongod.start?.())])
  const [brokerStart] = starts
  const broker = brokerStart.status === 'fulfilled' ? brokerStart.value : undefined
  const stop = async () => {
    await Promise.all([broker?.stop(), ...[...mongods.values()].map(async (mongod) => mongod.stop?.())])
  }
  const failed = starts.find((each) => each.status === 'rejected')
  if (!failed) return { mongods, broker, stop }
  await stop()
  throw failed.reason
}

const whereToLook = (env: Environment) => ({
  binary: env['MONGOD_BINARY'],
  searchPath: env['PATH'],
  cacheDir: env['TOKO_CACHE'] || defaultCacheDir(),
  ...(env['TOKO_DOWNLOADS'] === 'false' ? { downloads: [] } : {}),
})
