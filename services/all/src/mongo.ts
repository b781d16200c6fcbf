import { join } from 'node:path'
import { defaultCacheDir, embeddedMongod, findMongod, type MongodProgress } from '@toko/database'
import type { Environment, Logger, Part } from '@toko/runtime'
import type { ShopConfig } from './config.ts'

interface Mongo extends Part {
  /** Known once it has started. */
  url(): string
}

export interface MongoOptions {
  readonly config: ShopConfig
  readonly env: Environment
  readonly log: Logger
  readonly onProgress: (progress: MongodProgress) => void
}

/** The server of TOKO_MONGO_URL, else a mongod of our own in `<dataDir>/data`, found or downloaded first. */
export function mongo({ config, env, log, onProgress }: MongoOptions): Mongo {
  const given = config.mongoUrl
  if (given !== undefined) return { name: 'mongodb', url: () => given }
  let mongod: ReturnType<typeof embeddedMongod> | undefined
  return {
    name: 'mongod',
    async start() {
      const { path: binary } = await findMongod({
        binary: env['MONGOD_BINARY'],
        searchPath: env['PATH'],
        cacheDir: config.cache || defaultCacheDir(),
        log,
        progress: onProgress,
        ...(config.downloads ? {} : { downloads: [] }),
      })
      mongod = embeddedMongod({
        binary,
        dataDir: join(config.dataDir, 'data'),
        dataDirSetting: 'TOKO_DATA_DIR (toko run --data-dir)',
        port: config.mongoPort,
        log,
      })
      await mongod.start?.()
    },
    stop: () => mongod?.stop?.(),
    ready: () => mongod?.ready?.(),
    url: () => mongod!.url(),
  }
}
