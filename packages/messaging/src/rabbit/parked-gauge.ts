import type { BusClock } from '../bus-clock.ts'
import type { DeadLetterQueues } from './dead-letter-queues.ts'

interface ParkedGaugeOptions {
  readonly queues: Pick<DeadLetterQueues, 'count'>
  readonly clock: BusClock
  readonly labels: () => readonly string[]
}

/** Other replicas park and people redrive too. */
const everyMs = 30_000
/** After a message was parked here: one count for many. */
const soonMs = 1_000

/**
 * Keeps the metric of parked messages true. A dead-letter queue that does not exist is asked for only once: each such
 * question is an error in the broker's log. It is known again when this process parks a message there.
 */
export function createParkedGauge({ queues, clock, labels }: ParkedGaugeOptions) {
  const [asked, existing] = [new Set<string>(), new Set<string>()]
  let callOff = () => {}
  let isSoon = false
  let isStopped = false

  async function countAll(): Promise<void> {
    for (const label of labels()) {
      if (asked.has(label) && !existing.has(label)) continue
      if ((await queues.count(label)) !== undefined) existing.add(label)
      asked.add(label)
    }
  }
  function plan(ms: number): void {
    callOff()
    if (isStopped) return
    isSoon = ms === soonMs
    callOff = clock.after(ms, () => {
      isSoon = false
      // Without a broker the last values stay; they are asked for again.
      void countAll().then(again, again)
    })
  }
  const again = () => void (isSoon || plan(everyMs))

  return {
    start: () => plan(soonMs),
    parked(label: string): void {
      existing.add(label)
      if (!isSoon) plan(soonMs)
    },
    stop(): void {
      isStopped = true
      callOff()
    },
  }
}
