import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, type Part, PortInUseError } from '@toko/runtime'
import { type DataFolderLock, lockDataFolder } from './data-folder-lock.ts'
import { launchMongod } from './launch-mongod.ts'
import { loopbackPort } from './loopback-port.ts'
import type { MongodExit, MongodProcess, MongodSettings } from './mongod-process.ts'
import { stopOrphan } from './stop-orphan.ts'

export interface EmbeddedMongodOptions {
  /** From findMongod(). */
  readonly binary: string
  /** Holds the databases, mongod's log and the lock; created if absent. */
  readonly dataDir: string
  /** How a person chooses another folder, for messages: the name of a variable or an option. */
  readonly dataDirSetting?: string
  /** 0 takes a free one; it then stays the same until stop(). */
  readonly port: number
  readonly log: Logger
  /** WiredTiger's cache; 0.25 is the least it takes. */
  readonly cacheSizeGB?: number
  readonly startLimitMs?: number
  readonly stopLimitMs?: number
}

export interface EmbeddedMongod extends Part {
  /** Without a database name. Throws before start() has resolved. */
  url(): string
}

const firstRestartMs = 100
const slowestRestartMs = 10_000
/** A mongod that ran this long has recovered: its next crash is a new one. */
const steadyMs = 60_000

/**
 * A real mongod of our own as a one-node replica set on 127.0.0.1: it starts and stops with us, and ends when we are
 * killed. When it crashes it is started again on the same port; ready() rejects meanwhile.
 * start() rejects with DataFolderInUseError, PortInUseError or MongodStartError.
 */
export function embeddedMongod(options: EmbeddedMongodOptions): EmbeddedMongod {
  const { binary, dataDir, log, cacheSizeGB = 0.25, startLimitMs = 60_000, stopLimitMs = 10_000 } = options
  const setting = options.dataDirSetting ?? 'the option dataDir'
  const stopping = new AbortController()
  const limits = { startLimitMs, stopLimitMs, stopping: stopping.signal }
  let lock: DataFolderLock | undefined
  let mongod: MongodProcess | undefined
  let settings: MongodSettings | undefined
  let work: Promise<void> = Promise.resolve()
  let fault: string | undefined = 'not started'
  let restartDelayMs = firstRestartMs

  const begin = async () => {
    mkdirSync(dataDir, { recursive: true })
    const folder = realpathSync(dataDir)
    lock = lockDataFolder(folder, setting)
    const files = { dbPath: join(folder, 'db'), logPath: join(folder, 'mongod.log') }
    mkdirSync(files.dbPath, { recursive: true })
    for (let attempt = 1; ; attempt++) {
      await stopOrphan({ ...files, dataDir, setting, log, limitMs: stopLimitMs })
      settings = { ...files, binary, cacheSizeGB, port: await loopbackPort(options.port) }
      try {
        watch(await launchMongod(settings, limits))
        return
      } catch (error) {
        if (attempt === 3 || !isPassing(error, options.port)) throw error
        log.warn({ err: error }, 'mongod did not start; it is tried again')
        await sleep(firstRestartMs, undefined, { signal: stopping.signal })
      }
    }
  }

  const watch = (started: MongodProcess) => {
    mongod = started
    fault = undefined
    void restartAfter(started)
  }

  const restartAfter = async (started: MongodProcess) => {
    const since = performance.now()
    const exit = await started.exited
    if (performance.now() - since > steadyMs) restartDelayMs = firstRestartMs
    if (!stopping.signal.aborted) work = restart(exit, settings!)
  }

  const restart = async (exit: MongodExit, same: MongodSettings) => {
    fault = 'mongod has crashed and is being restarted'
    log.error({ code: exit.code, signal: exit.signal, logFile: same.logPath }, 'mongod ended; it is started again')
    while (!stopping.signal.aborted) {
      const delayMs = restartDelayMs
      restartDelayMs = Math.min(delayMs * 2, slowestRestartMs)
      try {
        await sleep(delayMs, undefined, { signal: stopping.signal })
        watch(await launchMongod(same, limits))
        log.info({ port: same.port }, 'mongod is back')
        return
      } catch (error) {
        if (!stopping.signal.aborted) log.error({ err: error }, 'mongod did not start again')
      }
    }
  }

  const stop = async () => {
    stopping.abort(new Error('mongod is being stopped'))
    await work.catch(() => {})
    await mongod?.stop(stopLimitMs)
    mongod = undefined
    fault = 'stopped'
    lock?.release()
    lock = undefined
  }

  return {
    name: 'mongod',
    async start() {
      try {
        await (work = begin())
      } catch (error) {
        await stop()
        throw error
      }
      log.info({ port: settings?.port, dataDir }, 'mongod is up')
    },
    stop,
    ready() {
      if (fault !== undefined) throw new Error(`mongod: ${fault}`)
    },
    url() {
      if (!settings || !mongod) throw new Error('mongod: not started')
      return `mongodb://127.0.0.1:${settings.port}/?replicaSet=toko`
    },
  }
}

/** Worth another try: a chosen port that was taken this moment; an orphan too young to have written its pid. */
function isPassing(error: unknown, wantedPort: number): boolean {
  return error instanceof PortInUseError
    ? wantedPort === 0
    : error instanceof Error && /DBPathInUse/.test(error.message)
}
