import type { Traffic } from './traffic.ts'

/** What is promised, as its clients measure it (docs/observability.md, "Promises"). */
const promises = { availability: 0.999, latency: 0.99, outcome: 0.99 } as const
const slowMs = 300
const lateMs = 30_000
/** Fewer bad events say nothing. */
const fewest = 3

interface Counted {
  readonly bad: number
  readonly all: number
}

const isBroken = ({ bad, all }: Counted, target: number) => bad >= fewest && bad / all > 1 - target

/** Objectives that clients saw missed between two moments: counted on their side, by none of the shop's own series. */
export function breachesSeen(
  { answers, orders }: Pick<Traffic, 'answers' | 'orders'>,
  fromMs: number,
  untilMs: number,
) {
  const during = answers.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs)
  const reads = during.filter(({ isRead, status }) => isRead && status !== null)
  const placed = orders.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs)
  const seen = {
    availability: { bad: during.filter(({ status }) => status === null || status >= 500).length, all: during.length },
    latency: { bad: reads.filter(({ ms }) => ms > slowMs).length, all: reads.length },
    outcome: {
      bad: placed.filter(({ atMs, finalMs }) => (finalMs ?? Date.now()) - atMs > lateMs).length,
      all: placed.length,
    },
  }
  return (Object.keys(promises) as (keyof typeof promises)[]).filter((name) => isBroken(seen[name], promises[name]))
}
