import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { embeddedMongod, type EmbeddedMongod } from '@toko/database'
import type { Logger } from '@toko/runtime'

/** The mongod of one service, in its own folder. */
export interface OwnMongod extends EmbeddedMongod {
  /** Of the process that runs now; undefined while it is away. */
  readonly pid: number | undefined
  /** SIGKILL. It comes back by itself on the same files and port; false when it is away already. */
  kill(): boolean
}

export function ownMongod(binary: string, folder: string, log: Logger): OwnMongod {
  const mongod = embeddedMongod({ binary, dataDir: folder, port: 0, log })
  return {
    ...mongod,
    get pid() {
      return runningPid(join(folder, 'db'))
    },
    kill() {
      const pid = runningPid(join(folder, 'db'))
      return pid !== undefined && process.kill(pid, 'SIGKILL')
    },
  }
}

/** mongod keeps its pid in mongod.lock; after a kill it stays there, so the process must also name this folder. */
function runningPid(dbPath: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(dbPath, 'mongod.lock'), 'utf8'), 10)
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return command.includes(dbPath) ? pid : undefined
  } catch {
    return undefined
  }
}
