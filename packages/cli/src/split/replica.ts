import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../io/failure.ts'
import { places } from '../places.ts'
import type { BalancedTarget } from './balancer.ts'
import { isReady } from './probe.ts'
import type { ServiceName } from './service-names.ts'

export interface ReplicaExit {
  readonly atMs: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Asked for through kill(); anything else it did by itself. */
  readonly isOurs: boolean
}

/** One process of a service. After an end that nobody asked for it is started again on the same port. */
export interface Replica extends BalancedTarget {
  readonly service: ServiceName
  readonly index: number
  readonly url: string
  readonly adminUrl: string
  readonly logFile: string
  /** Undefined while it is down. */
  readonly pid: number | undefined
  readonly isPaused: boolean
  readonly exits: readonly ReplicaExit[]
  /** False when it is down already. */
  kill(signal?: NodeJS.Signals): boolean
  /** SIGSTOP and SIGCONT; false when it is down. */
  pause(): boolean
  resume(): boolean
  /** Sends the process a message and resolves with the next one from it: a preload may answer. Rejects when it ends first. */
  ask(message: object): Promise<unknown>
  /** Resolves when it answers that it can serve. @throws Failure when it does not within the limit */
  whenReady(limitMs?: number): Promise<void>
  /** SIGTERM, and SIGKILL after the limit. True when it ended by itself with 0; it stays down. */
  stop(limitMs: number): Promise<boolean>
}

export interface ReplicaOptions {
  readonly service: ServiceName
  readonly index: number
  readonly port: number
  readonly adminPort: number
  readonly logFile: string
  readonly restartDelayMs: number
  /** Modules that the process loads first. */
  readonly preloads: readonly string[]
  /** The whole environment, asked for at each start. */
  readonly environment: () => Record<string, string>
}

const probeEveryMs = 1000
const startingProbeEveryMs = 25
const probeLimitMs = 1000

/** As `toko run` has it: the young generation is sized by the machine otherwise. */
const nodeOptions = ['--max-semi-space-size=16']

export function startReplica(options: ReplicaOptions): Replica {
  const { service, index, port, adminPort, logFile, restartDelayMs, preloads, environment } = options
  const name = `${service}-${index}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const main = `${places.root}services/${service}/src/main.ts`
  const stopping = new AbortController()
  const exits: ReplicaExit[] = []
  let child: ChildProcess | undefined
  let [ready, isPaused, wasAsked] = [false, false, false]

  const start = () => {
    const log = openSync(logFile, 'a', 0o600)
    const imports = [places.telemetryPreload, places.endWithParent, ...preloads].flatMap((file) => ['--import', file])
    const started = spawn(process.execPath, [...nodeOptions, ...imports, main], {
      env: { NODE_COMPILE_CACHE: places.compileCache, ...environment() },
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    started.once('exit', (code, signal) => onEnd(code, signal))
    started.on('error', () => {}) // a message that it did not live to read
    child = started
    void watch(started)
  }

  const onEnd = (code: number | null, signal: NodeJS.Signals | null) => {
    exits.push({ atMs: Date.now(), code, signal, isOurs: wasAsked })
    child = undefined
    ready = isPaused = wasAsked = false
    if (!stopping.signal.aborted)
      void sleep(restartDelayMs, undefined, { signal: stopping.signal, ref: false }).then(start, () => {})
  }

  const watch = async (watched: ChildProcess) => {
    const isCurrent = () => child === watched && !stopping.signal.aborted
    while (isCurrent()) {
      const answer = await isReady(adminUrl, probeLimitMs)
      if (isCurrent()) ready = answer
      await sleep(ready ? probeEveryMs : startingProbeEveryMs, undefined, {
        signal: stopping.signal,
        ref: false,
      }).catch(() => {})
    }
  }

  const isUp = () => ready
  const signal = (which: NodeJS.Signals) => child?.kill(which) ?? false

  start()
  return {
    service,
    index,
    port,
    url: `http://127.0.0.1:${port}`,
    adminUrl,
    logFile,
    exits,
    get pid() {
      return child?.pid
    },
    get isReady() {
      return ready
    },
    get isPaused() {
      return isPaused
    },
    kill(which = 'SIGKILL') {
      wasAsked = child !== undefined
      return signal(which)
    },
    pause: () => (isPaused = signal('SIGSTOP')),
    resume() {
      isPaused = false
      return signal('SIGCONT')
    },
    async ask(message) {
      if (!child) throw new Failure(`${name} is down`)
      const over = new AbortController()
      const answered = once(child, 'message', { signal: over.signal })
      const gone = once(child, 'exit', { signal: over.signal }).then(() => Promise.reject(new Failure(`${name} ended`)))
      child.send(message)
      try {
        const [answer] = (await Promise.race([answered, gone])) as [unknown]
        return answer
      } finally {
        for (const other of [answered, gone]) other.catch(() => {})
        over.abort()
      }
    },
    async whenReady(limitMs = 120_000) {
      const untilMs = performance.now() + limitMs
      const before = exits.length
      for (; !isUp(); await sleep(10)) {
        if (performance.now() > untilMs) throw new Failure(`${name} is not ready after ${limitMs} ms, see ${logFile}`)
        const ownEnd = exits.slice(before).find(({ code }) => code !== null)
        if (ownEnd) throw new Failure(`${name} ended with ${ownEnd.code} at its start, see ${logFile}`)
      }
    },
    async stop(limitMs) {
      stopping.abort()
      if (!child) return true
      const last = child
      const exited = new Promise<number | null>((resolve) => last.once('exit', resolve))
      last.kill('SIGCONT')
      last.kill('SIGTERM')
      const patience = setTimeout(() => last.kill('SIGKILL'), limitMs)
      const code = await exited
      clearTimeout(patience)
      return code === 0
    },
  }
}
