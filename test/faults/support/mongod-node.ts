import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, closeSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** One real mongod of a replica set. Unlike the embedded one it stays down after a kill, until it is started again. */
export interface MongodNode {
  readonly port: number
  readonly folder: string
  /** Undefined while it is down. */
  readonly pid: number | undefined
  readonly isPaused: boolean
  /** Resolves when it listens. */
  start(): Promise<void>
  /** SIGKILL, or a clean end; resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  pause(): void
  resume(): void
}

export interface NodeOptions {
  readonly binary: string
  readonly folder: string
  readonly port: number
  /** Further arguments of mongod. */
  readonly extra?: readonly string[]
  /** A program that becomes the mongod it is given, e.g. in another mount namespace. */
  readonly within?: readonly string[]
}

/** Name of every replica set of these tests. */
export const setName = 'faults'
const startLimitMs = 60_000
const cleanLimitMs = 20_000

export function mongodNode({ binary, folder, port, extra = [], within = [] }: NodeOptions): MongodNode {
  mkdirSync(folder, { recursive: true })
  const options = {
    dbpath: folder,
    port,
    bind_ip: '127.0.0.1',
    replSet: setName,
    wiredTigerCacheSizeGB: 0.25, // the least it takes
    oplogSize: 64,
  }
  const [program, ...before] = [...within, binary]
  const argv = [
    ...before,
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    '--setParameter',
    'diagnosticDataCollectionEnabled=false',
    '--quiet',
    '--nounixsocket',
    ...extra,
  ]
  let child: ChildProcess | undefined
  let isPaused = false
  return {
    port,
    folder,
    get pid() {
      return child?.pid
    },
    get isPaused() {
      return isPaused
    },
    async start() {
      const log = openSync(`${folder}.log`, 'a')
      const started = spawn(program, argv, { detached: true, stdio: ['ignore', log, log] })
      closeSync(log)
      child = started
      const guard = endWithUs(started)
      started.once('exit', () => {
        guard.kill('SIGKILL')
        if (child === started) child = undefined
        isPaused = false
      })
      const untilMs = performance.now() + startLimitMs
      while (!(await isListening(port))) {
        if (child !== started) throw new Error(`mongod on ${port} ended at its start, see ${folder}.log`)
        if (performance.now() > untilMs) throw new Error(`mongod on ${port} does not listen, see ${folder}.log`)
        await sleep(20)
      }
    },
    async end(signal) {
      const ended = child
      if (!ended) return
      const exited = once(ended, 'exit')
      ended.kill('SIGCONT')
      ended.kill(signal)
      const patience = setTimeout(() => ended.kill('SIGKILL'), cleanLimitMs)
      await exited
      clearTimeout(patience)
    },
    pause() {
      isPaused = child?.kill('SIGSTOP') ?? false
    },
    resume() {
      child?.kill('SIGCONT')
      isPaused = false
    },
  }
}

/** A shell that waits for the end of a pipe only we hold: a test run that is killed leaves no mongod. */
function endWithUs(child: ChildProcess): ChildProcess {
  const script = 'read -r _; kill -KILL "$1"'
  const guard = spawn('/bin/sh', ['-c', script, 'mongod-guard', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.stdin.on('error', () => {})
  guard.unref()
  return guard
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
