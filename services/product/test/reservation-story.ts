import type { ReservationStatus } from '@toko/contracts'
import type { StoredReservation } from '../src/domain/reservation.ts'
import { allocate } from '../src/features/allocate.ts'
import { pruneEntries } from '../src/features/prune-entries.ts'
import { release } from '../src/features/release.ts'
import type { ReservationCore } from '../src/features/reservation-core.ts'
import { reserve } from '../src/features/reserve.ts'
import { sweepReservations } from '../src/features/sweep-reservations.ts'
import type { ReservationStore } from '../src/store/reservation-store.ts'
import type { StockStore } from '../src/store/stock-store.ts'
import type { MemoryStock } from './memory-stores.ts'

export interface Story {
  readonly onHand: readonly [number, number]
  readonly quantities: readonly (readonly [number, number])[]
  readonly steps: readonly { readonly kind: string; readonly order: number }[]
  /** Which waiting store call goes next. */
  readonly order: Iterator<number>
  /** Calls around which the worker dies: even before the write, odd after it. */
  readonly crashes: readonly number[]
  /** After the at-th call, the which-th past write is done again. */
  readonly replays: readonly { readonly at: number; readonly which: number }[]
  /** Calls after which the clock jumps by more than any limit. */
  readonly jumps: readonly number[]
}

export interface Wrapped {
  readonly store: StockStore
  readonly all: Map<string, MemoryStock>
}

const limits = {
  reservingLimitMs: 300,
  heldLimitMs: 1e9,
  overdueRepeatMs: 1e9,
  entryRetentionMs: 100,
  maxBackoffMs: 100,
}
const reads = new Set(['get', 'due', 'finalOf', 'peek', 'duePrunes', 'closedEntries'])

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

/** I1 after every write. */
function checkStock(all: Map<string, MemoryStock>): void {
  for (const [sku, { onHand, available, reserved, entries }] of all) {
    const active = entries.filter(({ s }) => s === 'A').reduce((sum, { qty }) => sum + qty, 0)
    check(available >= 0 && reserved >= 0, `${sku}: negative`)
    check(onHand === available + reserved, `${sku}: onHand is not available + reserved`)
    check(reserved === active, `${sku}: reserved is not the sum of active entries`)
  }
}

/** Lets store calls happen one after the other in the story's order, and makes them crash or come back. */
function disorder(story: Story, now: { ms: number }, all: Map<string, MemoryStock>) {
  const waiting: (() => void)[] = []
  const writes: (() => Promise<unknown>)[] = []
  let calls = 0
  let isHealed = false
  const next = (count: number) => Number(story.order.next().value ?? 0) % count
  const wrap = <T extends object>(store: T): T =>
    Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        typeof method !== 'function'
          ? method
          : async (...args: unknown[]) => {
              const act = () => (method as (...all: unknown[]) => Promise<unknown>)(...args)
              if (isHealed) {
                const result = await act()
                checkStock(all)
                return result
              }
              await new Promise<void>((resolve) => waiting.push(resolve))
              const call = calls++
              now.ms += story.jumps.includes(call) ? 1000 : 1
              const crash = story.crashes.indexOf(call)
              if (crash >= 0 && call % 2 === 0) throw new Error('killed before')
              const result = await act()
              if (!reads.has(name)) writes.push(act)
              for (const { at, which } of story.replays)
                if (at === call && writes.length > 0) await writes[which % writes.length]!()
              checkStock(all)
              if (crash >= 0) throw new Error('killed after')
              return result
            },
      ]),
    ) as T
  return {
    wrap,
    writes,
    heal: () => {
      isHealed = true
    },
    /** Runs until nothing waits: every promise that can go on has gone on before the next call is let through. */
    async run(work: Promise<unknown>) {
      const state = { isDone: false }
      void work.finally(() => (state.isDone = true))
      while (!state.isDone) {
        for (let turn = 0; turn < 12; turn++) await Promise.resolve()
        if (waiting.length > 0) waiting.splice(next(waiting.length), 1)[0]!()
      }
    },
  }
}

/** S5: held and allocated have exactly one active entry per SKU, others none. */
function checkSettled(all: Map<string, StoredReservation>, stock: Map<string, MemoryStock>): void {
  for (const { _id, status, lines } of all.values()) {
    check(status !== 'reserving', 'still reserving')
    for (const { sku, quantity } of lines) {
      const active = stock.get(sku)!.entries.filter(({ rid, s }) => rid === _id && s === 'A')
      const isWanted = status === 'held' || status === 'allocated'
      check(active.length === (isWanted ? 1 : 0), `${status} with ${active.length} active entries of ${sku}`)
      check(
        active.every(({ qty }) => qty === quantity),
        'another quantity is held',
      )
    }
  }
}

/** Tells the story, heals, sweeps, lets every old write of a sleeping worker happen once more, sweeps again. */
export async function runStory(
  story: Story,
  reservations: { readonly reservations: ReservationStore; readonly all: Map<string, StoredReservation> },
  stock: Wrapped,
  ids: readonly string[],
  skus: readonly string[],
): Promise<void> {
  const now = { ms: 1000 }
  const chaos = disorder(story, now, stock.all)
  const offer = { currency: 'IDR', unitPriceMinor: 1, productId: 'p', title: 't', options: {}, image: null } as const
  const finals = new Map<string, ReservationStatus>()
  const core: ReservationCore = {
    reservations: chaos.wrap(reservations.reservations),
    stock: chaos.wrap(stock.store),
    offers: { find: async (wanted) => new Map(wanted.map((sku) => [sku, { sku, ...offer }])) },
    alerts: { raise() {} },
    clock: { now: () => now.ms },
    limits,
  }
  const act = async ({ kind, order }: Story['steps'][number]) => {
    const id = ids[order]!
    const lines = skus.map((sku, i) => ({ sku, quantity: story.quantities[order]![i]! }))
    if (kind === 'reserve') await reserve(core, id, { currency: 'IDR', lines })
    else if (kind === 'release') await release(core, id)
    else if (kind === 'allocate') await allocate(core, id)
    else if (kind === 'sweep') await sweepReservations(core)
    else await pruneEntries(core)
  }
  const results = Promise.allSettled(story.steps.map(act))
  await chaos.run(results)
  for (const result of await results)
    if (result.status === 'rejected') {
      const messages = [result.reason, ...((result.reason as AggregateError).errors ?? [])].map(
        (each: Error) => each.message,
      )
      check(
        messages.some((message) => /killed/.test(message)),
        messages.join('; '),
      )
    }
  chaos.heal()
  const settle = async () => {
    for (let round = 0; round < 4; round++) {
      now.ms += 10_000
      await sweepReservations(core)
      await pruneEntries(core)
    }
    checkSettled(reservations.all, stock.all)
    for (const { _id, status } of reservations.all.values()) {
      const before = finals.get(_id)
      check(before === undefined || before === status, `${before} became ${status}`)
      finals.set(_id, status)
    }
  }
  await settle()
  for (const write of chaos.writes) {
    await write()
    checkStock(stock.all)
  }
  await settle()
}
