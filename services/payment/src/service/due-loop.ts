import { inStoredTrace, type Logger, outsideRequest, type Part, repeat } from '@toko/runtime'

interface DueLoopOptions {
  readonly name: string
  /** How late something may be that another replica left behind. */
  readonly everyMs: number
  readonly log: Logger
  /** Does what is due, one after the other, until nothing is. */
  readonly run: (stopping: AbortSignal) => Promise<void>
  /** Runs at a time; a further wake makes one of them look again. */
  readonly maxRuns: number
}

export interface DueLoop extends Part {
  /** Runs at that time too, in this replica: saves waiting for the next tick, and losing it loses nothing. */
  wakeIn(ms: number): void
}

/** Periodic work that can be called earlier. */
export function dueLoop({ name, everyMs, log, run, maxRuns }: DueLoopOptions): DueLoop {
  const stopping = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const runs = new Set<Promise<void>>()
  let isWanted = false

  async function runWhileWanted(): Promise<void> {
    do {
      isWanted = false
      await run(stopping.signal).catch((error: unknown) => log.warn({ err: error, part: name }, 'a run failed'))
    } while (isWanted && !stopping.signal.aborted)
  }
  function wake(): void {
    if (runs.size >= maxRuns) {
      isWanted = true
      return
    }
    // What is due may be anybody's: not the trace's that happened to set the timer.
    const started = inStoredTrace(undefined, () => outsideRequest(runWhileWanted))
    runs.add(started)
    void started.finally(() => runs.delete(started))
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
      await Promise.all(runs)
    },
  }
}
