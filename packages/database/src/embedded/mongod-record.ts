import { readFileSync, writeFileSync } from 'node:fs'
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts'

const recordOf = (dbPath: string) => `${dbPath}.mongod.json`

/** Leaves word for the next start, written before mongod has done anything. */
export function recordMongod(dbPath: string, pid: number | undefined): void {
  const identity = pid === undefined ? undefined : identifyProcess(pid)
  if (identity) writeFileSync(recordOf(dbPath), `${JSON.stringify(identity)}\n`)
}

/** The mongod that a former owner started on these files and that still runs. */
export function recordedMongod(dbPath: string): ProcessIdentity | undefined {
  const text = read(recordOf(dbPath))
  try {
    const identity = JSON.parse(text) as ProcessIdentity
    return isRunning(identity) ? identity : undefined
  } catch {
    return undefined // absent, or cut off by a power cut, which no process survives
  }
}

/** The mongod that holds these files by its own word: it keeps its pid in mongod.lock and empties it at a clean end. */
export function lockingMongod(dbPath: string): ProcessIdentity | undefined {
  const pid = Number.parseInt(read(`${dbPath}/mongod.lock`), 10)
  const found = pid > 0 ? identifyProcess(pid) : undefined
  return found && hasArgument(found, dbPath) ? found : undefined // else the pid has gone to another program
}

export function hasArgument({ command }: ProcessIdentity, path: string): boolean {
  return ` ${command} `.includes(` ${path} `)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
