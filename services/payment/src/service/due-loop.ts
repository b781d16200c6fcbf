import { type Logger, outsideRequest, type Part, repeat } from '@toko/runtime'

interface DueLoopOptions {
  readonly name: string
  /** How late something may be that another replica left behind. */
  readonly everyMs: number
  readonly log: Logger
  /** Does all that is due; safe to run twice at once. */
  readonly run: (stopping: AbortSignal) => Promise<void>
}

export interface DueLoop extends Part {
  /** Runs at that time too, in this replica: saves waiting for the next tick, and losing it loses nothing. */
  wakeIn(ms: number): void
}

/** Periodic work that can be called earlier. */
export function dueLoop({ name, everyMs, log, run }: DueLoopOptions): DueLoop {
  const stopping = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  let underWay: Promise<void> | undefined
  let isWanted = false

  async function runWhileWanted(): Promise<void> {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false
      await run(stopping.signal).catch((error: unknown) => log.warn({ err: error, part: name }, 'a run failed'))
    }
    underWay = undefined
  }
  const wake = () => {
    isWanted = true
    underWay ??= outsideRequest(runWhileWanted)
  }
  const ticks = repeat({ name, everyMs, log, run: async () => wake() })
  return {
    ...ticks,
    wakeIn(ms) {
      if (stopping.signal.aborted) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        wake()
      }, ms)
      timers.add(timer)
    },
    async stop() {
      stopping.abort()
      for (const timer of timers) clearTimeout(timer)
      await ticks.stop?.()
      await underWay
    },
  }
}
