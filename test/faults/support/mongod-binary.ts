import { defaultCacheDir, findMongod } from '@toko/database'

/** The mongod that every other test would take. */
export async function mongodBinary(): Promise<string> {
  const cacheDir = process.env['TOKO_CACHE'] || defaultCacheDir()
  return (await findMongod({ binary: process.env['MONGOD_BINARY'], searchPath: process.env['PATH'], cacheDir })).path
}
