import { type Logger, outsideRequest, type Part, repeat } from '@toko/runtime'

export interface MailWorker extends Part {
  /** Works now instead of at the next tick. */
  readonly kick: () => void
  isIdle(): boolean
}

interface WorkerOptions {
  readonly everyMs: number
  readonly log: Logger
  /** Sends everything that is due. */
  readonly deliver: (stopping: AbortSignal) => Promise<void>
}

/** One delivery run at a time in this process; a kick during a run is another run after it. */
export function mailWorker({ everyMs, log, deliver }: WorkerOptions): MailWorker {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let isWanted = false

  async function runs(): Promise<void> {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false
      await deliver(stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'mails were not sent; they are tried again')
      })
    }
    running = undefined
  }
  const work = (): Promise<void> => {
    isWanted = true
    return (running ??= outsideRequest(runs))
  }
  const timer = repeat({ name: 'mail worker', everyMs, log, run: work })
  return {
    ...timer,
    kick: () => void work(),
    isIdle: () => running === undefined,
    async stop() {
      stopping.abort()
      await timer.stop?.()
      await running
    },
  }
}
