import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Child {
  readonly pid: number | undefined
  /** How it ended, in words. */
  readonly exited: Promise<string>
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, then SIGKILL after the limit. */
  stop(limitMs: number): Promise<void>
}

interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly outputFile: string
  /** A text in its command line that no other program has: the guard ends nothing else. */
  readonly mark: string
}

/** Starts a program in a process group of its own, away from Ctrl-C in the terminal; it ends with us, however we end. */
export function startChild({ command, args, env, outputFile, mark }: ChildOptions): Child {
  const output = openSync(outputFile, 'a', 0o600)
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`))
    child.once('error', (error) => resolve(`can't be run: ${error.message}`))
  })
  if (child.pid !== undefined) endWithUs(child, child.pid, mark)
  return {
    pid: child.pid,
    exited,
    signal: (signal) => void child.kill(signal),
    async stop(limitMs) {
      child.kill('SIGTERM')
      child.kill('SIGCONT') // one that a test has stopped takes no SIGTERM
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

/** A shell that waits for the end of a pipe only we hold: nobody else can end the program when we are killed with -9. */
function endWithUs(child: ChildProcess, pid: number, mark: string): void {
  const isIt = '{ tr "\\0" " " <"/proc/$1/cmdline" || ps -ww -o command= -p "$1"; } 2>/dev/null | grep -qF -- "$2"'
  const script = `read -r _; ${isIt} && { kill -TERM "$1"; kill -CONT "$1"; }`
  const argv = ['-c', script, 'toko-broker-guard', String(pid), mark]
  const guard = spawn('/bin/sh', argv, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  child.once('exit', () => guard.kill('SIGKILL'))
}
