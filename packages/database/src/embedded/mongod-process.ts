import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface MongodFiles {
  readonly dbPath: string
  readonly logPath: string
}

export interface MongodSettings extends MongodFiles {
  readonly binary: string
  readonly port: number
  readonly cacheSizeGB: number
}

export interface MongodExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The program could not be run at all. */
  readonly error?: Error
}

export interface MongodProcess {
  readonly pid: number | undefined
  readonly exited: Promise<MongodExit>
  /** SIGTERM, which ends mongod cleanly, then SIGKILL after the limit (safe: the journal is on). */
  stop(limitMs: number): Promise<void>
}

/** Journal and durability keep mongod's defaults; everything here saves time, memory or disk elsewhere. */
function argumentsOf({ dbPath, logPath, port, cacheSizeGB }: MongodSettings): string[] {
  const plain = {
    dbpath: dbPath,
    logpath: logPath,
    port,
    bind_ip: '127.0.0.1',
    replSet: 'toko',
    wiredTigerCacheSizeGB: cacheSizeGB,
    oplogSize: 256, // MiB; the default is 5 % of the disk
    setParameter: 'diagnosticDataCollectionEnabled=false',
  }
  const named = Object.entries(plain).flatMap(([name, value]) => [`--${name}`, String(value)])
  return [...named, '--logappend', '--quiet', '--nounixsocket']
}

/** Starts mongod in its own process group: Ctrl-C in the terminal is for us, mongod ends after our services have. */
export function spawnMongod(settings: MongodSettings): MongodProcess {
  const output = openSync(settings.logPath, 'a')
  const child = spawn(settings.binary, argumentsOf(settings), { detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  const exited = new Promise<MongodExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', (error) => resolve({ code: null, signal: null, error }))
  })
  if (child.pid !== undefined) endWithUs(child.pid, settings.dbPath, exited)
  return {
    pid: child.pid,
    exited,
    async stop(limitMs) {
      child.kill('SIGTERM')
      const patience = new AbortController()
      void exited.then(() => patience.abort())
      await sleep(limitMs, undefined, { signal: patience.signal }).then(
        () => child.kill('SIGKILL'),
        () => {},
      )
      await exited
    },
  }
}

/**
 * A shell that waits for the end of a pipe only we hold, then ends mongod: nobody else can when we are killed with -9.
 * mongod.lock holds mongod's pid while it runs, so a pid that was given to another program is left alone.
 */
function endWithUs(pid: number, dbPath: string, exited: Promise<MongodExit>): void {
  const script = 'read -r _; [ "$(cat "$2" 2>/dev/null)" = "$1" ] && kill -TERM "$1"'
  const argv = ['-c', script, 'toko-mongod-guard', String(pid), `${dbPath}/mongod.lock`]
  const guard = spawn('/bin/sh', argv, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.on('error', () => {}) // without a shell the next start ends what is left
  guard.stdin.on('error', () => {})
  guard.unref()
  void exited.then(() => guard.kill('SIGKILL'))
}
