import { accessSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFolderOwner, defaultCacheDir, embeddedMongod, findMongod } from '@toko/database'
import { createLogger, type Environment } from '@toko/runtime'

export interface TestMongod {
  readonly url: string
  /** The program behind it, for tests that start their own; undefined, as its folder is, for a server that was given. */
  readonly binary: string | undefined
  readonly dataDir: string | undefined
  stop(): Promise<void>
}

const prefix = 'toko-test-'
const memoryDisk = '/dev/shm'
const enoughBytes = 1024 ** 3

/**
 * The mongod of a test run: the server of TEST_MONGO_URL, else one of our own whose data folder goes with it.
 * Reads MONGOD_BINARY, PATH and TOKO_CACHE too. Warnings go to stderr as JSON lines.
 */
export async function startTestMongod(env: Environment): Promise<TestMongod> {
  const given = env['TEST_MONGO_URL']
  if (given) return { url: given, binary: undefined, dataDir: undefined, stop: async () => {} }
  const log = createLogger('test mongod', 'warn', process.stderr)
  const cacheDir = env['TOKO_CACHE'] || defaultCacheDir()
  const { path: binary } = await findMongod({ binary: env['MONGOD_BINARY'], searchPath: env['PATH'], cacheDir, log })
  const base = fastFolder()
  removeAbandoned(base)
  const dataDir = mkdtempSync(join(base, prefix))
  const mongod = embeddedMongod({ binary, dataDir, port: 0, log })
  const remove = () => rmSync(dataDir, { recursive: true, force: true })
  try {
    await mongod.start?.()
  } catch (error) {
    remove()
    throw error
  }
  const stop = async () => {
    await mongod.stop?.()
    remove()
  }
  return { url: mongod.url(), binary, dataDir, stop }
}

/** Memory where there is enough of it (a container may have 64 MB), since a test's journal outlives nothing. */
function fastFolder(): string {
  try {
    accessSync(memoryDisk, constants.W_OK)
    const { bavail, bsize } = statfsSync(memoryDisk)
    if (bavail * bsize >= enoughBytes) return memoryDisk
  } catch {
    // not Linux
  }
  return tmpdir()
}

/** Folders of runs that were killed would fill the memory. A folder too young to have a lock is left alone. */
function removeAbandoned(base: string): void {
  for (const name of readdirSync(base)) {
    const folder = join(base, name)
    if (!name.startsWith(prefix) || readdirSync(folder).length === 0) continue
    if (!dataFolderOwner(folder)) rmSync(folder, { recursive: true, force: true })
  }
}
