import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface ConsumerProcess {
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>
  kill(signal: NodeJS.Signals): void
}

interface ConsumerOptions {
  readonly amqpUrl: string
  readonly mongoUrl: string
  /** From 1; tells the notes of this process from those of the ones before. */
  readonly life: number
  readonly prefetch: number
  /** kill -9 when it has told of so many events: others are under way then. */
  readonly killAfter?: number
}

/** What a failed test left running. */
const running = new Set<ChildProcess>()
export function killConsumers(): void {
  for (const child of running) child.kill('SIGKILL')
}

const main = fileURLToPath(new URL('follower.ts', import.meta.url))

/** Starts a follower (follower.ts). It ends with us, however we end. */
export function startConsumer({ amqpUrl, mongoUrl, life, prefetch, killAfter }: ConsumerOptions): ConsumerProcess {
  const child: ChildProcess = fork(main, [], {
    env: {
      PATH: process.env['PATH'],
      AMQP_URL: amqpUrl,
      MONGO_URL: mongoUrl,
      LIFE: String(life),
      PREFETCH: String(prefetch),
    },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.on('message', (handled: number) => {
    if (killAfter !== undefined && handled >= killAfter) child.kill('SIGKILL')
  })
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals)
  return { ended, kill: (signal) => void child.kill(signal) }
}
