import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const oldestMajor = 6
const limitMs = 10_000

/** Runs `mongod --version`. Rejects with the reason when the program can't be run or is older than toko needs. */
export async function checkMongod(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: limitMs, killSignal: 'SIGKILL' }).catch(
    (error: Error & { stderr?: string; killed?: boolean }) => {
      const why = error.killed ? `no answer in ${limitMs} ms` : error.stderr?.trim() || error.message
      throw new Error(`${path} can't be run: ${why}`, { cause: error })
    },
  )
  const version = /^db version v(\d+\.\d+\.\d+)/m.exec(stdout)?.[1]
  if (version === undefined) throw new Error(`${path} is not a mongod: it doesn't tell a version`)
  if (Number.parseInt(version, 10) < oldestMajor)
    throw new Error(`${path} is MongoDB ${version}, toko needs ${oldestMajor}.0 or newer`)
  return version
}
