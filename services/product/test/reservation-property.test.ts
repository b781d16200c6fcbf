import fc from 'fast-check'
import { newId } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { StockStore } from '../src/store/stock-store.ts'
import { memoryReservationStore, memoryStock, memoryStockStore } from './memory-stores.ts'
import { runStory, type Story, type Wrapped } from './reservation-story.ts'

const skus = ['A-1', 'B-1'] as const
const small = fc.nat({ max: 200 })
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('reserve', 'release', 'allocate'), order: fc.nat({ max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('sweep', 'prune'), order: fc.constant(0) }) },
)
/** Up to 3 orders of 2 SKUs, re-delivered commands, crashes around any write, old writes again at any later time. */
const story: fc.Arbitrary<Story> = fc.record({
  onHand: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
  quantities: fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })), {
    minLength: 3,
    maxLength: 3,
  }),
  steps: fc.array(step, { minLength: 2, maxLength: 14 }),
  order: fc.infiniteStream(small),
  crashes: fc.uniqueArray(small, { maxLength: 4 }),
  replays: fc.array(fc.record({ at: small, which: small }), { maxLength: 4 }),
  jumps: fc.array(small, { maxLength: 6 }),
})

function propertyOf(breakIt: (stock: Wrapped) => StockStore = ({ store }) => store) {
  return fc.asyncProperty(story, async (told) => {
    const reservations = memoryReservationStore()
    const inner = memoryStockStore()
    const stock = breakIt({ store: inner, all: inner.all })
    skus.forEach((sku, i) => {
      inner.all.set(sku, memoryStock(told.onHand[i]!))
    })
    const ids = [newId('ord'), newId('ord'), newId('ord')]
    await runStory(told, { reservations, all: reservations.all }, { store: stock, all: inner.all }, ids, skus)
  })
}

describe('reservations of two SKUs under every disorder', () => {
  it('hold, release and allocate exactly, whatever is repeated, reordered or cut off', async () => {
    await fc.assert(propertyOf(), { numRuns: 3000 })
  })

  /** A property that catches no mutant proves nothing. */
  const mutants: [string, (stock: Wrapped) => StockStore][] = [
    [
      'releases leave no tombstone (R6)',
      ({ store, all }) => ({
        ...store,
        tombstone: async () => false,
        async free(sku, hold, nowMs, pruneAt) {
          const freed = await store.free(sku, hold, nowMs, pruneAt)
          const stock = all.get(sku)
          if (stock && freed) all.set(sku, { ...stock, entries: stock.entries.filter(({ rid }) => rid !== hold.rid) })
          return freed
        },
      }),
    ],
    [
      'pruning does not raise the watermark (R7)',
      ({ store }) => ({
        ...store,
        prune: (sku, rids) => store.prune(sku, rids, 0),
      }),
    ],
    [
      'a hold does not look at its own entry',
      ({ store, all }) => ({
        ...store,
        async hold(sku, hold, nowMs) {
          const stock = all.get(sku)
          if (!stock || stock.available < hold.quantity) return store.hold(sku, hold, nowMs)
          all.set(sku, {
            ...stock,
            available: stock.available - hold.quantity,
            reserved: stock.reserved + hold.quantity,
            entries: [...stock.entries, { rid: hold.rid, qty: hold.quantity, s: 'A', epoch: hold.epoch, at: nowMs }],
          })
          return { kind: 'held' }
        },
      }),
    ],
    [
      'a release gives the units back twice',
      ({ store, all }) => ({
        ...store,
        async free(sku, hold, nowMs, pruneAt) {
          const freed = await store.free(sku, hold, nowMs, pruneAt)
          const stock = all.get(sku)
          if (!freed && stock) all.set(sku, { ...stock, available: stock.available + hold.quantity })
          return freed
        },
      }),
    ],
    ['nothing is ever freed', ({ store }) => ({ ...store, free: async () => false })],
  ]
  it.each(mutants)('finds out when %s', async (_what, breakIt) => {
    const { failed, errorInstance } = await fc.check(propertyOf(breakIt), { numRuns: 20_000, endOnFailure: true })
    expect(String(errorInstance)).toMatch(/active entries|onHand is not|negative|became/)
    expect(failed).toBe(true)
  })
})
