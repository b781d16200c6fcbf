import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@toko/runtime'
import { DataFolderInUseError } from './data-folder-lock.ts'
import type { MongodFiles } from './mongod-process.ts'
import { hasArgument, lockingMongod, recordedMongod } from './mongod-record.ts'
import { isRunning, type ProcessIdentity } from './process-identity.ts'

interface OrphanOptions extends MongodFiles {
  readonly dataDir: string
  readonly setting: string
  readonly log: Logger
  readonly limitMs: number
}

/**
 * Ends a mongod whose owner was killed. Only for the holder of the folder's lock.
 * It is stopped and not adopted: a process that is not our child reports no exit, and may be of another version.
 * @throws DataFolderInUseError when somebody started a mongod on our files by hand
 */
export async function stopOrphan({ dbPath, logPath, dataDir, setting, log, limitMs }: OrphanOptions): Promise<void> {
  const ours = recordedMongod(dbPath)
  const orphan = ours ?? lockingMongod(dbPath)
  if (!orphan) return
  if (!ours && !hasArgument(orphan, logPath)) throw new DataFolderInUseError(dataDir, orphan, setting)
  log.warn({ pid: orphan.pid }, 'stopping a mongod that outlived its owner')
  signalTo(orphan, 'SIGTERM')
  if (await hasEnded(orphan, limitMs)) return
  signalTo(orphan, 'SIGKILL')
  if (!(await hasEnded(orphan, limitMs))) throw new DataFolderInUseError(dataDir, orphan, setting)
}

function signalTo(target: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isRunning(target)) process.kill(target.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function hasEnded(target: ProcessIdentity, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  while (isRunning(target)) {
    if (performance.now() > end) return false
    await sleep(20)
  }
  return true
}
