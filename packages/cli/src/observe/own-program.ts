import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../io/failure.ts'
import { lastWords } from '../split/last-words.ts'
import type { Launcher } from './launchers.ts'

interface ProgramOptions {
  readonly name: string
  readonly launcher: Launcher
  readonly args: readonly string[]
  readonly logFile: string
  /** Answers, with whatever, once the program can be used. */
  readonly probeUrl: string
}

export interface OwnProgram {
  /** @throws Failure when it ended before, with what it said, or is not there in time */
  whenReady(): Promise<void>
  /** Resolves when it ended by itself, with a line about it. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

const readyLimitMs = 60_000
const stopLimitMs = 10_000

/** Starts one of the programs. A signal of the terminal reaches it only through stop(). */
export function startProgram({ name, launcher, args, logFile, probeUrl }: ProgramOptions): OwnProgram {
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(launcher.command, [...launcher.args, ...args], { stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const exited = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  let hasEnded = false
  const ended = exited.then((how) => {
    hasEnded = true
    return [`${name} ended with ${how}`, lastWords(logFile, 0).split('\n').at(-1)].filter(Boolean).join(': ')
  })
  return {
    ended,
    async whenReady() {
      for (const untilMs = performance.now() + readyLimitMs; !(await answers(probeUrl)); await sleep(100)) {
        if (hasEnded) throw new Failure(await ended)
        if (performance.now() > untilMs) throw new Failure(`${name} does not answer at ${probeUrl}, see ${logFile}`)
      }
    },
    async stop() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await ended
      clearTimeout(patience)
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) })
    await answer.arrayBuffer()
    return answer.status < 500
  } catch {
    return false
  }
}
