import { PortInUseError, UserFaultError } from '@toko/runtime'
import { firstErrors, logSize, rotateLog } from './mongod-log.ts'
import { type MongodExit, type MongodProcess, type MongodSettings, spawnMongod } from './mongod-process.ts'
import { recordMongod } from './mongod-record.ts'
import { becomePrimary } from './replica-set.ts'

/** mongod ended before it was of use; the message says why and where its log is. */
export class MongodStartError extends UserFaultError {
  override readonly name = 'MongodStartError'
}

export interface LaunchLimits {
  /** Includes the recovery of the journal after a crash. */
  readonly startLimitMs: number
  readonly stopLimitMs: number
  readonly stopping: AbortSignal
}

/** MongoDB 6.0.5 may hang when it is stopped in the middle of its start (2 of 30 tries); it has no writes to lose then. */
const startingStopLimitMs = 1_000
/** mongod's exit code for an address in use. */
const addressInUse = 48

/**
 * Starts mongod and waits until it is primary. When that fails no process is left.
 * @throws MongodStartError, PortInUseError
 */
export async function launchMongod(settings: MongodSettings, limits: LaunchLimits): Promise<MongodProcess> {
  limits.stopping.throwIfAborted()
  rotateLog(settings.logPath)
  const from = logSize(settings.logPath)
  const mongod = spawnMongod(settings)
  recordMongod(settings.dbPath, mongod.pid)
  const ended = new AbortController()
  const exit = mongod.exited.then((how) => {
    ended.abort()
    return how
  })
  const timeout = AbortSignal.timeout(limits.startLimitMs)
  const signal = AbortSignal.any([ended.signal, limits.stopping, timeout])
  try {
    await becomePrimary(settings.port, signal)
    return mongod
  } catch (error) {
    if (ended.signal.aborted) throw explain(await exit, settings, from)
    await mongod.stop(Math.min(limits.stopLimitMs, startingStopLimitMs))
    if (!timeout.aborted) throw error
    const why = error instanceof Error ? error.message : String(error)
    const message = `mongod was not ready after ${limits.startLimitMs} ms (${why}), see ${settings.logPath}`
    throw new MongodStartError(message, { cause: error })
  }
}

function explain(how: MongodExit, { binary, port, logPath }: MongodSettings, from: number): Error {
  if (how.code === addressInUse)
    return new PortInUseError(`mongod: 127.0.0.1:${port} is in use by another program; stop it or choose another port`)
  if (how.error) return new MongodStartError(`${binary} can't be run: ${how.error.message}`, { cause: how.error })
  const end = how.signal ? `was ended by ${how.signal}` : `ended with code ${how.code}`
  return new MongodStartError(`mongod ${end}: ${firstErrors(logPath, from)} (see ${logPath})`)
}
