import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserFaultError } from '@toko/runtime'
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts'

/** Another process works on the data folder: the message names it and what to do. */
export class DataFolderInUseError extends UserFaultError {
  override readonly name = 'DataFolderInUseError'
  readonly owner: ProcessIdentity

  constructor(dataDir: string, owner: ProcessIdentity, setting: string) {
    const what = shortened(owner.command)
    super(`data folder ${dataDir} is in use by pid ${owner.pid} (${what}), stop it or choose another with ${setting}`)
    this.owner = owner
  }
}

/** `/opt/node/bin/node main.ts` → `node main.ts`. */
function shortened(command: string): string {
  const plain = command.replace(/^\S*\//, '')
  return plain.length > 160 ? `${plain.slice(0, 159)}…` : plain
}

export interface DataFolderLock {
  release(): void
}

interface Entry {
  readonly generation: number
  readonly owner: ProcessIdentity | undefined
}

const lockName = /^lock\.(\d+)$/
const pathOf = (dataDir: string, generation: number) => join(dataDir, `lock.${generation}`)

/**
 * Takes the folder for this process, over a lock whose owner has ended too.
 * The lock is the file `lock.<n>` with the highest n. Taking it over creates n + 1, which only one can; deleting a stale
 * file and creating it anew would let a slow starter delete the lock of a faster one. So the highest file always stays,
 * and a lock given back is one without an owner.
 * @throws DataFolderInUseError
 */
export function lockDataFolder(dataDir: string, setting: string): DataFolderLock {
  mkdirSync(dataDir, { recursive: true })
  const self = identifyProcess(process.pid)
  if (!self) throw new Error(`can't read the start time of this process (pid ${process.pid}): is ps or /proc missing?`)
  for (;;) {
    const current = currentLock(dataDir)
    if (current.owner) throw new DataFolderInUseError(dataDir, current.owner, setting)
    const mine = current.generation + 1
    if (!createExclusively(dataDir, mine, self)) continue
    if (highest(dataDir) > mine) {
      rmSync(pathOf(dataDir, mine), { force: true })
      continue
    }
    removeOthers(dataDir, mine)
    return { release: () => put(dataDir, {}, (file) => renameSync(file, pathOf(dataDir, mine))) }
  }
}

/** Who works on the folder now, or undefined. */
export function dataFolderOwner(dataDir: string): ProcessIdentity | undefined {
  return currentLock(dataDir).owner
}

function currentLock(dataDir: string): Entry {
  for (;;) {
    const generation = highest(dataDir)
    if (generation === 0) return { generation, owner: undefined }
    try {
      const owner = JSON.parse(readFileSync(pathOf(dataDir, generation), 'utf8')) as Partial<ProcessIdentity>
      const isHeld = owner.pid !== undefined && isRunning(owner as ProcessIdentity)
      return { generation, owner: isHeld ? (owner as ProcessIdentity) : undefined }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue // taken over this moment: look again
      if (!(error instanceof SyntaxError)) throw error
      return { generation, owner: undefined } // a power cut may leave an empty file; no process survives that
    }
  }
}

function highest(dataDir: string): number {
  return Math.max(0, ...readdirSync(dataDir).map((name) => Number(lockName.exec(name)?.[1] ?? 0)))
}

/** False when somebody was faster. link(2) fails if the name exists, as O_EXCL does, and shows the file whole at once. */
function createExclusively(dataDir: string, generation: number, owner: ProcessIdentity): boolean {
  try {
    put(dataDir, owner, (file) => linkSync(file, pathOf(dataDir, generation)))
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOENT') return false // ENOENT: the winner has tidied our draft away
    throw error
  }
}

function put(dataDir: string, content: object, publish: (file: string) => void): void {
  const draft = join(dataDir, `lock.new-${randomUUID()}`)
  try {
    writeFileSync(draft, `${JSON.stringify(content)}\n`)
    publish(draft)
  } finally {
    rmSync(draft, { force: true })
  }
}

function removeOthers(dataDir: string, mine: number): void {
  for (const name of readdirSync(dataDir)) {
    const generation = Number(lockName.exec(name)?.[1] ?? mine)
    if (generation < mine || name.startsWith('lock.new-')) rmSync(join(dataDir, name), { force: true })
  }
}
