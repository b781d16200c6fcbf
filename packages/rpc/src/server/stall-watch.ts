import type { Part } from '@toko/runtime'

const everyMs = 100
/** How long after a stall requests may still come out of the buffers that filled during it. */
const aftermathMs = 250

export interface StallWatch extends Part {
  /** Longest that a request which is seen now may have waited unseen: 0 while the event loop runs. */
  waitedAtMostMs(): number
}

/**
 * Notices that the process stood still (stopped, swapped out, blocked). Its broker has given it requests meanwhile, which
 * expire in the queue only; how long they waited can be told without comparing clocks of two machines.
 */
export function stallWatch(now: () => number = () => performance.now()): StallWatch {
  let timer: NodeJS.Timeout | undefined
  let lastTickMs = 0
  let stall = { ms: 0, endedMs: Number.NEGATIVE_INFINITY }
  const sinceTickMs = () => (timer ? now() - lastTickMs : 0)
  return {
    name: 'stall watch',
    start() {
      lastTickMs = now()
      timer = setInterval(() => {
        if (sinceTickMs() > 2 * everyMs) stall = { ms: sinceTickMs(), endedMs: now() }
        lastTickMs = now()
      }, everyMs).unref()
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
    waitedAtMostMs() {
      const since = sinceTickMs()
      const afterMs = now() - stall.endedMs
      return Math.max(since > 2 * everyMs ? since : 0, afterMs < aftermathMs ? stall.ms + afterMs : 0)
    },
  }
}
