import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../io/failure.ts'
import { places } from '../places.ts'
import { openLog } from '../shop/open-log.ts'
import { lastWords } from './last-words.ts'
import type { Listener } from './ports.ts'
import { isReady } from './probe.ts'
import type { ProcessName } from './process-plan.ts'
import type { ServiceName } from './service-names.ts'

export interface ReplicaExit {
  readonly atMs: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Asked for through kill(); anything else it did by itself. */
  readonly isOurs: boolean
}

/** One process of a service, or of the rest of them. After an end that nobody asked for it is started again on the same ports. */
export interface Replica {
  readonly service: ProcessName
  readonly index: number
  /** `order-0` */
  readonly name: string
  /** Where its services listen. */
  readonly listeners: Listeners
  /** Of its service, past the balancer; of the first of several. */
  readonly url: string
  /** Speaks for the whole process. */
  readonly adminUrl: string
  readonly logFile: string
  /** Whether it said so when it was last asked. */
  readonly isReady: boolean
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

export type Listeners = Readonly<Partial<Record<ServiceName, Listener>>>

export interface ReplicaOptions {
  readonly service: ProcessName
  readonly index: number
  /** Its main.ts. */
  readonly main: string
  readonly listeners: Listeners
  readonly adminPort: number
  readonly logFile: string
  readonly restartDelayMs: number
  /** Told of each end. */
  readonly onExit: (replica: Replica, exit: ReplicaExit) => void
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
  const { service, index, main, listeners, adminPort, logFile, restartDelayMs, preloads, environment, onExit } = options
  const name = `${service}-${index}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const stopping = new AbortController()
  const exits: ReplicaExit[] = []
  let child: ChildProcess | undefined
  let [ready, isPaused, wasAsked] = [false, false, false]
  let loggedBefore = 0

  const start = () => {
    const log = openLog(logFile)
    loggedBefore = fstatSync(log).size
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
    const exit = { atMs: Date.now(), code, signal, isOurs: wasAsked }
    exits.push(exit)
    child = undefined
    ready = isPaused = wasAsked = false
    if (stopping.signal.aborted) return
    onExit(replica, exit)
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

  const replica: Replica = {
    service,
    index,
    name,
    listeners,
    url: `http://127.0.0.1:${Object.values(listeners)[0]?.port}`,
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
        if (stopping.signal.aborted) throw new Failure(`${name} was stopped`)
        if (performance.now() > untilMs) throw new Failure(`${name} is not ready after ${limitMs} ms, see ${logFile}`)
        const ownEnd = exits.slice(before).find(({ code }) => code !== null)
        if (ownEnd) {
          const what = `${name} ended with ${ownEnd.code} at its start, see ${logFile}`
          throw new Failure([what, lastWords(logFile, loggedBefore)].join('\n').trimEnd())
        }
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
  start()
  return replica
}
