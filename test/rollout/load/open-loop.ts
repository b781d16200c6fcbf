import { setTimeout as sleep } from 'node:timers/promises'

interface OpenLoopOptions {
  /** Requests per second. */
  readonly rate: number
  /** Sends the n-th request, due at this moment (monotonic ms). Never rejects. */
  readonly send: (n: number, dueMs: number) => Promise<void>
  /** More requests under way than this: whoever answers has fallen behind for good. */
  readonly mostUnderWay: number
}

export interface OpenLoop {
  readonly sent: () => number
  readonly underWay: () => number
  /** How late the latest request left this process, ms: what the client itself adds. */
  readonly latestMs: () => number
  /** Rejects when too many requests are under way. */
  readonly broken: Promise<never>
  /** Sends no more; resolves when everything is answered. */
  stop(): Promise<void>
}

/**
 * Sends at fixed moments, however slow the answers are: a closed loop would send less while the shop is slow, and so
 * would miss what people would have met.
 */
export function openLoop({ rate, send, mostUnderWay }: OpenLoopOptions): OpenLoop {
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()
  const { promise: broken, reject } = Promise.withResolvers<never>()
  broken.catch(() => {}) // told to whoever waits for it
  let [sent, latestMs] = [0, 0]

  const run = async () => {
    const startMs = performance.now()
    while (!stopping.signal.aborted) {
      const dueMs = startMs + (sent / rate) * 1000
      const waitMs = dueMs - performance.now()
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      latestMs = Math.max(latestMs, performance.now() - dueMs)
      const answered = send(sent++, dueMs).finally(() => underWay.delete(answered))
      underWay.add(answered)
      if (underWay.size > mostUnderWay) {
        reject(new Error(`${underWay.size} requests are under way: the shop does not bear ${rate} a second here`))
        return
      }
    }
  }
  const running = run()
  return {
    sent: () => sent,
    underWay: () => underWay.size,
    latestMs: () => latestMs,
    broken,
    async stop() {
      stopping.abort()
      await running
      await Promise.all(underWay)
    },
  }
}
