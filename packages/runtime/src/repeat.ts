import type { Logger } from './logger.ts'
import type { Part } from './part.ts'

interface RepeatOptions {
  readonly name: string
  /** Mean pause between the end of one run and the start of the next; ± 25 % so that replicas spread out. */
  readonly everyMs: number
  readonly log: Logger
  /** One run. `stopping` aborts when the part stops. A rejection is logged and the next run comes as usual. */
  readonly run: (stopping: AbortSignal) => Promise<void>
}

/** Runs work for ever, one run at a time. stop() waits for the run under way. */
export function repeat({ name, everyMs, log, run }: RepeatOptions): Part {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()
  const once = async () => {
    try {
      await run(stopping.signal)
    } catch (error) {
      if (!stopping.signal.aborted) log.warn({ err: error, part: name }, 'a periodic run failed; it is tried again')
    }
    plan()
  }
  const plan = () => {
    if (stopping.signal.aborted) return
    timer = setTimeout(
      () => {
        underWay = once()
      },
      everyMs * (0.75 + Math.random() / 2),
    )
  }
  return {
    name,
    start: plan,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await underWay
    },
  }
}
