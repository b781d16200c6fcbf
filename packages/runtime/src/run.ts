import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './logger.ts'
import type { Service } from './part.ts'
import { UserFaultError } from './user-fault.ts'

interface RunOptions {
  readonly log: Logger
  /** Time between "not ready" and the end of accepting, for balancers to look away; 0 where a preStop hook waits. */
  readonly drainDelayMs: number
  /** Everything must have stopped by then; kubernetes.md: the pod's grace minus 3 s. */
  readonly graceMs: number
  /** Last act, after everything else stopped; by default what the telemetry preload left, if it is loaded. */
  readonly flush?: () => Promise<void>
}

/** Set by the `--import` preload, which nothing imports. */
const preloadedFlush = (globalThis as { [key: symbol]: unknown })[Symbol.for('toko.telemetry.flush')] as
  | (() => Promise<void>)
  | undefined

/**
 * Runs a service as this process: the only owner of signals and of the exit code.
 * SIGTERM or SIGINT: not ready → wait → stop parts in reverse → flush telemetry → exit 0.
 * Exit 1: failed start, uncaught error (logged once; a process in an unknown state must not go on), grace used up.
 */
export async function run(
  service: Service,
  { log, drainDelayMs, graceMs, flush = preloadedFlush }: RunOptions,
): Promise<void> {
  let isStopping = false
  const shutdown = async (code: number, why: string) => {
    if (isStopping) return
    isStopping = true
    log.info({ why }, 'stopping')
    setTimeout(() => {
      log.error({ graceMs }, 'did not stop in time')
      process.exit(1)
    }, graceMs).unref()
    service.drain?.()
    if (code === 0) await sleep(drainDelayMs)
    const clean = await Promise.resolve(service.stop?.()).then(
      () => true,
      (error: unknown) => (log.error({ err: error }, 'a part did not stop cleanly'), false),
    )
    await flush?.().catch((error: unknown) => log.warn({ err: error }, 'telemetry was not flushed'))
    log.info('stopped')
    process.exit(clean ? code : 1)
  }
  process.on('SIGTERM', () => void shutdown(0, 'SIGTERM'))
  process.on('SIGINT', () => void shutdown(0, 'SIGINT'))
  const fatal = (error: unknown) => {
    log.fatal({ err: error }, 'uncaught error')
    void shutdown(1, 'uncaught error')
  }
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  try {
    await service.start?.()
  } catch (error) {
    if (error instanceof UserFaultError) process.stderr.write(`${error.message}\n`)
    else log.fatal({ err: error }, 'could not start')
    process.exit(1)
  }
  log.info('ready')
}
