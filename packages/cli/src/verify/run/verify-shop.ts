import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopConnection } from '../../shop/connect.ts'
import type { FaultCounts, FaultKind, FaultTarget } from '../faults/fault-kinds.ts'
import { startFaults } from '../faults/start-faults.ts'
import type { History } from '../history/history-file.ts'
import { judge } from '../judge/judge.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { JourneyName } from '../load/plan-journey.ts'
import { type Load, startLoad } from '../load/start-load.ts'
import { drain } from './drain.ts'

export interface VerifyOptions {
  readonly shop: ShopConnection
  readonly seed: number
  readonly clients: number
  readonly orders: number
  readonly rate?: number
  readonly journeys?: readonly JourneyName[]
  readonly faults: readonly FaultKind[]
  readonly targets: readonly FaultTarget[]
  readonly history: History
  readonly drainMs: number
  readonly patienceMs: number
  /** Aborted: no more orders, what was sent is judged. */
  readonly stopping: AbortSignal
  readonly progress: VerifyProgress
}

export interface VerifyProgress {
  phase(what: string): void
  orders(done: number, total: number): void
  left(count: number): void
}

export interface Verified {
  readonly verdict: Verdict
  readonly faults: FaultCounts
  /** Ms of making goods and customers, of the orders, and from the end of the faults to rest. */
  readonly tookMs: { readonly setUp: number; readonly orders: number; readonly drain: number }
}

/** How often a person is told; counting a long history is work. */
const lookEveryMs = 1000

/** Load, faults, drain, books, verdict. Faults are over before the drain, whatever happens. */
export async function verifyShop(options: VerifyOptions): Promise<Verified> {
  const { shop, seed, history, progress, faults: kinds, targets } = options
  const timer = stopwatch()
  progress.phase('making goods and customers')
  const load = await startLoad({ ...options })
  const setUp = timer()
  const faults = await startFaults({ shop, seed, kinds, targets })
  try {
    progress.phase(kinds.length === 0 ? 'orders' : `orders under ${kinds.join(', ')}`)
    await watch(load, options)
  } finally {
    // Also while an error is on its way: a shop must not stay under faults.
    await faults.stop()
  }
  const struck = await faults.stop()
  await load.stop()
  const orders = timer()
  progress.phase('waiting until the shop is at rest')
  const books = await drain(shop, history.records, { deadlineMs: options.drainMs, onLook: progress.left })
  const drained = timer()
  const verdict = judge(history.records, books)
  await load.retire()
  return { verdict, faults: struck, tookMs: { setUp, orders, drain: drained } }
}

async function watch(load: Load, { orders, stopping, progress }: VerifyOptions): Promise<void> {
  const finished = load.finished.then(() => true)
  for (;;) {
    const isDone = await Promise.race([finished, sleep(lookEveryMs, false)])
    const { ended, brokenOff } = load.counts()
    progress.orders(ended + brokenOff, orders)
    if (isDone) return
    if (stopping.aborted) return void (await load.stop())
  }
}

function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const ms = Math.round(now - last)
    last = now
    return ms
  }
}
