import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './logger.ts'
import type { Service } from './part.ts'
import { UserFaultError } from './user-fault.ts'

/** What a process runs, and how it ends. */
export interface Process<S extends Service = Service> {
  readonly service: S
  readonly log: Logger
  /** Time between "not ready" and the end of accepting, for balancers to look away; 0 where a preStop hook waits. */
  readonly drainDelayMs: number
  /** Everything must have stopped by then; kubernetes.md: the pod's grace minus 3 s. */
  readonly graceMs: number
}

/** Left by the `--import` preload of packages/telemetry, which nothing imports. */
const flushTelemetry = (globalThis as { [key: symbol]: unknown })[Symbol.for('toko.telemetry.flush')] as
  | (() => Promise<void>)
  | undefined

/**
 * Makes a service and runs it as this process: the only owner of signals and of the exit code. Resolves with it once it has started.
 * SIGTERM or SIGINT: not ready → wait → stop parts in reverse → flush telemetry → exit 0.
 * Exit 1: failed start (what a person can mend is told in one message, without a stack), uncaught error (logged once; a
 * process in an unknown state must not go on), grace used up.
 */
export async function run<S extends Service>(make: () => Promise<Process<S>> | Process<S>): Promise<S> {
  let log: Logger | undefined
  try {
    const made = await make()
    log = made.log
    ownProcess(made)
    await made.service.start?.()
    log.info('ready')
    return made.service
  } catch (error) {
    if (error instanceof UserFaultError) process.stderr.write(`${error.message}\n`)
    else if (log) log.fatal({ err: error }, 'could not start')
    else throw error
    process.exit(1)
  }
}

function ownProcess({ service, log, drainDelayMs, graceMs }: Process): void {
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
    await flushTelemetry?.().catch((error: unknown) => log.warn({ err: error }, 'telemetry was not flushed'))
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
}
