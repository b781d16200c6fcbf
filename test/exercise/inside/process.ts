import { systemClock } from '@toko/runtime'

interface Wanted {
  readonly blockMs?: number
  readonly leakMiBPerSecond?: number
}

const everyMs = 100
const kept: unknown[] = []
const timers: Record<'block' | 'leak', NodeJS.Timeout | undefined> = { block: undefined, leak: undefined }

/** The service's clock port is off by so much from now on. */
export const setClock = (offsetMs: number): void => void (systemClock.now = () => Date.now() + offsetMs)

/** The event loop stands still again and again, or memory is kept: 0 ends each. */
export function switchProcess({ blockMs, leakMiBPerSecond }: Wanted): void {
  if (blockMs !== undefined) repeat('block', blockMs, blockMs * 1.3, () => block(blockMs))
  if (leakMiBPerSecond !== undefined) repeat('leak', leakMiBPerSecond, everyMs, () => keep(leakMiBPerSecond / 10))
}

function repeat(kind: keyof typeof timers, amount: number, pauseMs: number, work: () => void): void {
  clearInterval(timers[kind])
  if (amount > 0) timers[kind] = setInterval(work, pauseMs).unref()
}

function block(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
}

/** On the heap, not beside it: objects, each of about 64 bytes. */
function keep(mebibytes: number): void {
  const count = Math.round((mebibytes * 1_048_576) / 64)
  kept.push(Array.from({ length: count }, (_, n) => ({ n, of: n * 2, and: null })))
}
