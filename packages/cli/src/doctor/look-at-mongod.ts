import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { defaultCacheDir, findMongod } from '@toko/database'
import type { Diagnosis } from './diagnosis.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Looks where `toko run` looks, without downloading anything. */
export async function lookAtMongod(env: Variables): Promise<Diagnosis> {
  const what = 'mongod'
  if (env['TOKO_MONGO_URL']) return { what, state: 'ok', found: 'not needed: TOKO_MONGO_URL is set' }
  try {
    const { path, version, source } = await findMongod({
      binary: env['MONGOD_BINARY'],
      searchPath: env['PATH'],
      cacheDir: env['TOKO_CACHE'] || defaultCacheDir(),
      downloads: [],
    })
    return { what, state: 'ok', found: `${version} from ${source}: ${path}` }
  } catch {
    return { what, state: 'warn', found: 'none yet', advice: 'toko run downloads one; or set MONGOD_BINARY' }
  }
}

/** Needed only where a mongod must be downloaded and the first source has none for this system. */
export async function lookAtPip(isNeeded: boolean): Promise<Diagnosis> {
  const what = 'python3 and pip'
  if (!isNeeded) return { what, state: 'ok', found: 'not needed: mongod is there' }
  try {
    const { stdout } = await promisify(execFile)('python3', ['-m', 'pip', '--version'], { timeout: 10_000 })
    return { what, state: 'ok', found: stdout.trim().slice(0, 60) }
  } catch {
    const advice = 'only needed if the download fails: apt-get install python3-pip, or install MongoDB 6.0 or newer'
    return { what, state: 'warn', found: 'missing', advice }
  }
}
