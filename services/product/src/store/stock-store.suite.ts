import { newId } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { StockState } from '../domain/stock.ts'
import type { StockStore } from './stock-store.ts'

export interface StockUnderTest {
  readonly store: StockStore
  /** Makes a SKU with so many units on hand. */
  seed(sku: string, onHand: number): Promise<void>
  read(sku: string): Promise<(StockState & { pruneAt?: number; parked?: unknown }) | undefined>
  /** Copies waiting movements into the ledger and forgets them. */
  drain(sku: string): Promise<void>
}

const hour = 3_600_000

/** The behaviour of every stock store; races first, since that is where a fake lies. `maxEntries` of the store is 40. */
export function describeStockStore(name: string, start: () => StockUnderTest): void {
  describe(`stock store: ${name}`, () => {
    let count = 0
    const make = async (onHand: number) => {
      const under = start()
      const sku = `SKU-${++count}-${newId('evt').slice(-6).toUpperCase()}`
      await under.seed(sku, onHand)
      return { ...under, sku }
    }
    const holdOf = (quantity = 1, epoch = 100) => ({ rid: newId('ord'), quantity, epoch })

    it('races: 30 holds of 10 units give 10 held and 20 short', async () => {
      const { store, sku, read } = await make(10)
      const results = await Promise.all(Array.from({ length: 30 }, () => store.hold(sku, holdOf(), 1)))
      const kinds = results.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'held')).toHaveLength(10)
      expect(kinds.filter((kind) => kind === 'short')).toHaveLength(20)
      expect(await read(sku)).toMatchObject({ onHand: 10, available: 0, reserved: 10 })
    })

    it('races: one hold 20 times takes its units once', async () => {
      const { store, sku, read } = await make(10)
      const hold = holdOf(3)
      const results = await Promise.all(Array.from({ length: 20 }, () => store.hold(sku, hold, 1)))
      expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['held']))
      expect(await read(sku)).toMatchObject({ available: 7, reserved: 3 })
      expect((await read(sku))!.entries).toHaveLength(1)
    })

    it('races: hold, tombstone and free of one reservation leave no active entry and all units', async () => {
      const { store, sku, read } = await make(5)
      for (let round = 0; round < 20; round++) {
        const hold = holdOf(2)
        const close = async () => (await store.tombstone(sku, hold, 2, 9)) || store.free(sku, hold, 2, 9)
        await Promise.all([store.hold(sku, hold, 1), close(), store.hold(sku, hold, 1), close()])
        const stock = (await read(sku))!
        expect(stock).toMatchObject({ onHand: 5, available: 5, reserved: 0 })
        expect(stock.entries.filter(({ rid }) => rid === hold.rid).map(({ s }) => s)).toEqual(['R'])
      }
    })

    it('races: 20 releases of one hold give its units back once', async () => {
      const { store, sku, read } = await make(4)
      const hold = holdOf(4)
      await store.hold(sku, hold, 1)
      const freed = await Promise.all(Array.from({ length: 20 }, () => store.free(sku, hold, 2, 9)))
      expect(freed.filter(Boolean)).toHaveLength(1)
      expect(await read(sku)).toMatchObject({ onHand: 4, available: 4, reserved: 0 })
    })

    it('races: tombstones of an unknown SKU are all kept, and a hold stays refused once there is stock', async () => {
      const { store, read } = start()
      const sku = `NEW-${newId('evt').slice(-8).toUpperCase()}`
      const holds = Array.from({ length: 12 }, () => holdOf())
      const made = await Promise.all(holds.map((hold) => store.tombstone(sku, hold, 1, 9)))
      expect(made).toEqual(holds.map(() => true))
      expect((await read(sku))!.entries).toHaveLength(12)
      expect((await store.hold(sku, holds[0]!, 2)).kind).toBe('closed')
    })

    it('tells why a hold is refused', async () => {
      const { store, sku } = await make(3)
      const [short, closed] = [holdOf(4), holdOf(1)]
      expect(await store.hold(sku, short, 1)).toEqual({ kind: 'short', available: 3 })
      expect(await store.hold('UNKNOWN-1', short, 1)).toEqual({ kind: 'short', available: 0 })
      expect(await store.tombstone(sku, closed, 1, 9)).toBe(true)
      expect(await store.tombstone(sku, closed, 1, 9)).toBe(false)
      expect(await store.hold(sku, closed, 1)).toEqual({ kind: 'closed' })
    })

    it('refuses holds and tombstones up to the watermark (R7)', async () => {
      const { store, sku, read } = await make(3)
      await store.prune(sku, [], 100)
      expect(await store.hold(sku, holdOf(1, 100), 1)).toEqual({ kind: 'too-old' })
      expect(await store.tombstone(sku, holdOf(1, 99), 1, 9)).toBe(false)
      expect(await store.hold(sku, holdOf(1, 101), 1)).toEqual({ kind: 'held' })
      await store.prune(sku, [], 50)
      expect((await read(sku))!.watermark).toBe(100)
    })

    it('says full at the limit of entries while units are left, short when none are', async () => {
      const { store, sku } = await make(41)
      for (let i = 0; i < 40; i++) expect((await store.hold(sku, holdOf(), 1)).kind).toBe('held')
      expect(await store.hold(sku, holdOf(), 1)).toEqual({ kind: 'full' })
      expect(await store.hold(sku, holdOf(2), 1)).toEqual({ kind: 'short', available: 1 })
    })

    it('frees only an active entry of that quantity', async () => {
      const { store, sku, read } = await make(5)
      const hold = holdOf(2)
      expect(await store.free(sku, hold, 1, 9)).toBe(false)
      await store.hold(sku, hold, 1)
      expect(await store.free(sku, { ...hold, quantity: 3 }, 2, 9)).toBe(false)
      expect(await store.free(sku, hold, 2, 9)).toBe(true)
      expect(await read(sku)).toMatchObject({ available: 5, entries: [{ rid: hold.rid, s: 'R', at: 2 }], pruneAt: 9 })
    })

    it('peeks at SKUs that have stock only', async () => {
      const { store, sku } = await make(5)
      await store.prune(sku, [], 70)
      expect(await store.peek([sku, 'UNKNOWN-1'])).toEqual(new Map([[sku, { available: 5, watermark: 70 }]]))
    })

    it('prunes closed entries with their watermark and keeps active ones', async () => {
      const { store, sku, read } = await make(5)
      const [active, old, young] = [holdOf(1, 10), holdOf(1, 20), holdOf(1, 30)]
      await store.hold(sku, active, 1)
      await store.tombstone(sku, old, 1, 1 + hour)
      await store.tombstone(sku, young, 500, 500 + hour)
      expect((await read(sku))!.pruneAt).toBe(1 + hour)
      const due = (await store.duePrunes(1 + hour, 100, 1e12)).filter((each) => each.sku === sku)
      expect(due).toEqual([{ sku, pruneAt: 1 + hour }])
      const ofJump = await store.duePrunes(-1, 100, hour) // set by a clock that was ahead
      expect(ofJump.filter((each) => each.sku === sku)).toEqual(due)
      expect((await store.duePrunes(-1, 100, 1 + hour)).filter((each) => each.sku === sku)).toEqual([])
      expect(await store.claimPrune(sku, 1 + hour, 2 * hour)).toBe(true)
      expect(await store.claimPrune(sku, 1 + hour, 2 * hour)).toBe(false)
      expect((await store.inspect(sku))!.entries.map(({ rid }) => rid)).toEqual([active.rid, old.rid, young.rid])
      await store.prune(sku, [old.rid, active.rid], 20)
      const pruned = (await read(sku))!
      expect(pruned.entries.map(({ rid }) => rid).toSorted()).toEqual([active.rid, young.rid].toSorted())
      expect(pruned).toMatchObject({ watermark: 20, available: 4, reserved: 1 })
      await store.endPrune(sku)
      expect((await read(sku))!.pruneAt).toBe(2 * hour)
      await store.prune(sku, [young.rid], 30)
      await store.endPrune(sku)
      expect((await read(sku))!.pruneAt).toBeUndefined()
    })
  })
}
