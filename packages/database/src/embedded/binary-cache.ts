import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Where downloaded programs are kept unless the caller knows better (TOKO_CACHE). */
export function defaultCacheDir(): string {
  return join(homedir(), '.cache', 'toko')
}

/** Cached binaries for this machine, newest version first. */
export async function cachedMongods(cacheDir: string): Promise<string[]> {
  const name = new RegExp(`^mongod-([\\d.]+)-${process.arch}$`)
  const folders = (await readdir(cacheDir).catch(() => [])).filter((folder) => name.test(folder))
  folders.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return folders.map((folder) => join(cacheDir, folder, 'mongod'))
}

/** Moves a finished binary of a staging folder to its place: whole or not at all, however many processes do it at once. */
export async function putIntoCache(cacheDir: string, version: string, file: string): Promise<string> {
  await chmod(file, 0o755)
  await flush(file)
  const folder = join(cacheDir, `mongod-${version}-${process.arch}`)
  await mkdir(folder, { recursive: true })
  await rename(file, join(folder, 'mongod'))
  return join(folder, 'mongod')
}

/** Lets `use` work in a new folder on the cache's disk, which is removed afterwards; so are those of killed processes. */
export async function inStagingFolder<T>(cacheDir: string, use: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(cacheDir, { recursive: true })
  await removeAbandoned(cacheDir)
  const folder = await mkdtemp(join(cacheDir, stagingPrefix))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

const stagingPrefix = 'staging-'
const abandonedAfterMs = 3_600_000

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith(stagingPrefix)) continue
    const folder = join(cacheDir, name)
    const found = await stat(folder).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(folder, { recursive: true, force: true })
  }
}

/** Without this a power cut could leave the new name with an empty file. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync()
  await file.close()
}
