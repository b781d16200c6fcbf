import { newId } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { Movement } from '../domain/movement.ts'
import type { StockEntry } from '../domain/stock.ts'
import type { StockUnderTest } from './stock-store.suite.ts'

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

/** Shipments and returns of every stock store; races first. */
export function describeStockMoves(name: string, start: () => StockUnderTest): void {
  describe(`stock store, moves: ${name}`, () => {
    let count = 0
    const make = async (onHand: number) => {
      const under = start()
      const sku = `MOV-${++count}-${newId('evt').slice(-6).toUpperCase()}`
      await under.seed(sku, onHand)
      return { ...under, sku }
    }
    const held = async ({ store, sku }: Awaited<ReturnType<typeof make>>, quantity: number) => {
      const hold = { rid: newId('ord'), quantity, epoch: 100 }
      await store.hold(sku, hold, 1)
      return { hold, entry: (await store.moveBasis(sku, hold.rid, ''))!.entry! }
    }
    const move = (delta: number, seq: number, onHand: number, key: string): Movement => ({
      id: newId('mov'),
      seq,
      kind: delta < 0 ? 'shipment' : 'return',
      delta,
      onHand,
      reason: key,
      actor: 'order-service',
      key,
      bodyHash: key,
      at: 5,
    })
    /** Reads, writes, and again while somebody else was faster: what the core does. */
    const shipOnce = async ({ store, sku }: Awaited<ReturnType<typeof make>>, rid: string, key: string) => {
      for (;;) {
        const { seq, onHand, entry, isMade } = (await store.moveBasis(sku, rid, key))!
        if (isMade) return false
        if (await store.ship(sku, entry!, move(-1, seq + 1, onHand - 1, key), 9)) return true
      }
    }

    it('races: 20 writes of one number, shipments against returns: one is made', async () => {
      const under = await make(10)
      const { entry } = await held(under, 5)
      const results = await times(20, (i) =>
        i % 2
          ? under.store.putBack(under.sku, move(2, 1, 12, `r${i}`))
          : under.store.ship(under.sku, entry, move(-2, 1, 8, `s${i}`), 9),
      )
      expect(results.filter(Boolean)).toHaveLength(1)
      const { seq, pending, onHand, available, reserved } = (await under.read(under.sku))!
      expect([seq, pending.length, onHand]).toEqual([1, 1, pending[0]!.onHand])
      expect(available + reserved).toBe(onHand)
    })

    it('races: one shipment 20 times, while the ledger is filled, takes its units once', async () => {
      const under = await make(10)
      const { hold } = await held(under, 5)
      const [made] = await Promise.all([
        times(20, () => shipOnce(under, hold.rid, 'one')),
        times(5, () => under.drain(under.sku)),
      ])
      expect(made.filter(Boolean)).toHaveLength(1)
      expect(await under.read(under.sku)).toMatchObject({ onHand: 9, available: 5, reserved: 4, seq: 1 })
      await under.drain(under.sku)
      expect(await shipOnce(under, hold.rid, 'one')).toBe(false)
    })

    it('races: 20 shipments of one unit each of 20 held units end in one consumed entry', async () => {
      const under = await make(20)
      const { hold } = await held(under, 20)
      await times(20, (i) => shipOnce(under, hold.rid, `s${i}`))
      const { entries, pending, ...stock } = (await under.read(under.sku))!
      expect(entries).toEqual([{ rid: hold.rid, qty: 0, s: 'C', epoch: 100, at: 5 }])
      expect(stock).toMatchObject({ onHand: 0, available: 0, reserved: 0, seq: 20, pruneAt: 9 })
      expect(pending.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    })

    it('races: a shipment against a free of the same hold: one of them has the units', async () => {
      for (let round = 0; round < 20; round++) {
        const under = await make(3)
        const { hold, entry } = await held(under, 3)
        const [shipped, freed] = await Promise.all([
          under.store.ship(under.sku, entry, move(-3, 1, 0, 's'), 9),
          under.store.free(under.sku, hold, 2, 9),
        ])
        expect([shipped, freed].filter(Boolean)).toHaveLength(1)
        const stock = (await under.read(under.sku))!
        expect(stock).toMatchObject({ reserved: 0, onHand: shipped ? 0 : 3, available: shipped ? 0 : 3 })
        expect(stock.entries.map(({ s }) => s)).toEqual([shipped ? 'C' : 'R'])
      }
    })

    it('races: the last shipments against prunes: an entry that still holds units is never removed', async () => {
      const under = await make(20)
      const { hold } = await held(under, 20)
      await Promise.all([
        times(19, (i) => shipOnce(under, hold.rid, `s${i}`)),
        times(20, () => under.store.prune(under.sku, [hold.rid], 0)),
      ])
      expect(await under.read(under.sku)).toMatchObject({ onHand: 1, reserved: 1, entries: [{ qty: 1, s: 'A' }] })
      await Promise.all([
        shipOnce(under, hold.rid, 'last'),
        times(20, () => under.store.prune(under.sku, [hold.rid], 100)),
      ])
      await under.store.prune(under.sku, [hold.rid], 100)
      expect(await under.read(under.sku)).toMatchObject({
        onHand: 0,
        reserved: 0,
        entries: [],
        watermark: 100,
        seq: 20,
      })
    })

    it('ships a part, then the rest: the entry is consumed with the last unit and prunable only then', async () => {
      const under = await make(10)
      const { hold, entry } = await held(under, 5)
      expect(await under.store.ship(under.sku, entry, move(-2, 1, 8, 's1'), 50)).toBe(true)
      const part = (await under.read(under.sku))!
      expect(part).toMatchObject({ onHand: 8, available: 5, reserved: 3, seq: 1, entries: [{ qty: 3, s: 'A', at: 5 }] })
      expect(part.pruneAt).toBeUndefined()
      expect(part.pending).toEqual([move(-2, 1, 8, 's1')].map(({ id: _id, ...rest }) => expect.objectContaining(rest)))
      const { entry: left } = (await under.store.moveBasis(under.sku, hold.rid, 's2'))!
      expect(await under.store.ship(under.sku, left!, move(-3, 2, 5, 's2'), 50)).toBe(true)
      expect(await under.read(under.sku)).toMatchObject({
        onHand: 5,
        available: 5,
        reserved: 0,
        entries: [{ rid: hold.rid, qty: 0, s: 'C' }],
        pruneAt: 50,
      })
      expect(await under.store.hold(under.sku, hold, 1)).toEqual({ kind: 'closed' })
      expect(await under.store.free(under.sku, hold, 2, 9)).toBe(false)
      expect(await under.store.tombstone(under.sku, hold, 2, 9)).toBe(false)
    })

    it('ships only from the entry as seen, active and of that quantity, and only the next number', async () => {
      const under = await make(10)
      const { hold, entry } = await held(under, 5)
      const before = await under.read(under.sku)
      const refused: [StockEntry, Movement][] = [
        [{ ...entry, qty: 4 }, move(-2, 1, 8, 's')],
        [{ ...entry, rid: newId('ord') }, move(-2, 1, 8, 's')],
        [entry, move(-2, 2, 8, 's')],
        [entry, move(-2, 0, 8, 's')],
      ]
      for (const [seen, movement] of refused) expect(await under.store.ship(under.sku, seen, movement, 9)).toBe(false)
      expect(await under.store.ship('UNKNOWN-1', entry, move(-2, 1, 8, 's'), 9)).toBe(false)
      expect(await under.store.putBack(under.sku, move(2, 2, 12, 'r'))).toBe(false)
      expect(await under.store.putBack('UNKNOWN-1', move(2, 1, 2, 'r'))).toBe(false)
      expect(await under.read(under.sku)).toEqual(before)
      await under.store.free(under.sku, hold, 2, 9)
      expect(await under.store.ship(under.sku, entry, move(-5, 1, 5, 's'), 9)).toBe(false)
    })

    it('puts back what came back, and knows every movement by its key, also from the ledger', async () => {
      const under = await make(1)
      expect(await under.store.moveBasis('UNKNOWN-1', 'ord', 'k')).toBeNull()
      expect(await under.store.moveBasis(under.sku, 'ord', 'k')).toEqual({ seq: 0, onHand: 1, isMade: false })
      expect(await under.store.putBack(under.sku, move(2, 1, 3, 'k'))).toBe(true)
      const after = { seq: 1, onHand: 3, isMade: true }
      expect(await under.store.moveBasis(under.sku, 'ord', 'k')).toEqual(after)
      await under.drain(under.sku)
      expect(await under.read(under.sku)).toMatchObject({ onHand: 3, available: 3, reserved: 0, pending: [] })
      expect(await under.store.moveBasis(under.sku, 'ord', 'k')).toEqual(after)
      expect(await under.store.moveBasis(under.sku, 'ord', 'other')).toEqual({ ...after, isMade: false })
    })

    it('parks a document as seen, once, until its next change', async () => {
      const under = await make(5)
      const hold = { rid: newId('ord'), quantity: 1, epoch: 100 }
      await under.store.tombstone(under.sku, hold, 1, -10)
      const seen = (await under.store.inspect(under.sku))!
      expect(seen).toMatchObject({ onHand: 5, available: 5, reserved: 0, seq: 0, pending: [], entries: [{ s: 'R' }] })
      expect(await under.store.park(under.sku, { ...seen, rev: seen.rev + 1 }, 'why', 7)).toBe(false)
      const parked = await times(20, () => under.store.park(under.sku, seen, 'why', 7))
      expect(parked.filter(Boolean)).toHaveLength(1)
      expect(await under.read(under.sku)).toMatchObject({ parked: { why: 'why', at: 7 }, entries: [{ s: 'R' }] })
      expect((await under.store.duePrunes(-10, 1000, 1e12)).map(({ sku }) => sku)).not.toContain(under.sku)
      expect(await under.store.inspect('UNKNOWN-1')).toBeNull()
    })
  })
}
