import { happened, newId, stockEvents } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { NewReservation } from '../domain/reservation.ts'
import type { ReservationStore } from './reservation-store.ts'

/** No test's due time is later. */
const farAheadMs = 1e12

/** The behaviour of every reservation store; races first, since that is where a fake lies. */
export function describeReservationStore(name: string, start: () => ReservationStore): void {
  describe(`reservation store: ${name}`, () => {
    const fresh = (fields: Partial<NewReservation> = {}): NewReservation => ({
      _id: newId('ord'),
      epoch: 7,
      status: 'reserving',
      version: 1,
      lines: [{ sku: 'TEA-1', quantity: 2 }],
      currency: 'IDR',
      bodyHash: 'hash',
      offers: [],
      attempts: 0,
      nextAttemptAt: 100,
      ...fields,
    })
    const event = (orderId: string) => happened(stockEvents.released, { subject: orderId, data: { orderId } })

    it('races: of 20 inserts of one id exactly one wins', async () => {
      const store = start()
      const reservation = fresh()
      const results = await Promise.all(Array.from({ length: 20 }, () => store.insert(reservation, [], 1)))
      expect(results.filter((result) => result !== null)).toHaveLength(1)
    })

    it('races: hold against release, one of them decides and the history has no second', async () => {
      const store = start()
      for (let round = 0; round < 20; round++) {
        const { _id } = (await store.insert(fresh(), [], 1))!
        const [held, released] = await Promise.all([
          store.move(_id, ['reserving'], { status: 'held', nextAttemptAt: 9 }, [event(_id)], 2),
          store.move(_id, ['reserving'], { status: 'released', nextAttemptAt: 9 }, [event(_id)], 2),
        ])
        expect([held, released].filter((result) => result !== null)).toHaveLength(1)
        expect(await store.get(_id)).toMatchObject({ version: 2, status: held ? 'held' : 'released' })
      }
    })

    it('races: one claim of a due reservation wins, and none after it moved on', async () => {
      const store = start()
      const due = (await store.insert(fresh(), [], 1))!
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(due, 200, [], 101)))
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1)
      const claimed = (await store.get(due._id))!
      expect(claimed).toMatchObject({ attempts: 1, nextAttemptAt: 200, version: 1 })
      await store.move(due._id, ['reserving'], { status: 'released', nextAttemptAt: 200 }, [], 201)
      expect(await store.claim(claimed, 300, [], 201)).toBeNull()
    })

    it('keeps what it is given and puts the messages into the same write (R2)', async () => {
      const store = start()
      const reservation = fresh()
      const inserted = await store.insert(reservation, [event(reservation._id)], 1)
      expect(inserted).toMatchObject(reservation)
      expect(inserted!.outbox).toHaveLength(1)
      expect(inserted!.createdAt).toEqual(new Date(1))
      expect(await store.get('ord_unknown')).toBeNull()
    })

    it('moves only from the statuses named, and adds one version and the messages', async () => {
      const store = start()
      const { _id } = (await store.insert(fresh(), [], 1))!
      const offers = [
        { sku: 'TEA-1', quantity: 2, unitPriceMinor: 5, productId: 'p', title: 'Tea', options: {}, image: null },
      ]
      const change = { status: 'held', offers, nextAttemptAt: 50 } as const
      expect(await store.move(_id, ['held'], change, [], 2)).toBeNull()
      expect(await store.move('ord_unknown', ['reserving'], change, [], 2)).toBeNull()
      const held = await store.move(_id, ['reserving'], change, [event(_id)], 2)
      expect(held).toMatchObject({ status: 'held', version: 2, offers, nextAttemptAt: 50 })
      const done = (await store.move(_id, ['held'], { status: 'allocated', nextAttemptAt: null }, [], 3))!
      expect(done).toMatchObject({ status: 'allocated', version: 3, offers })
      expect(done.nextAttemptAt).toBeUndefined()
    })

    it('settles released, allocated and consumed ones, by the version seen', async () => {
      const store = start()
      const at = async (status: NewReservation['status']) => (await store.insert(fresh({ status }), [], 1))!
      for (const status of ['released', 'allocated', 'consumed'] as const) {
        const { _id } = await at(status)
        await store.settle(_id, 2, 3)
        expect((await store.get(_id))!.nextAttemptAt, status).toBe(100)
        await store.settle(_id, 1, 3)
        expect((await store.get(_id))!.nextAttemptAt, status).toBeUndefined()
      }
      for (const status of ['reserving', 'held'] as const) {
        const { _id } = await at(status)
        await store.settle(_id, 1, 3)
        expect((await store.get(_id))!.nextAttemptAt, status).toBe(100)
      }
    })

    const lines = [{ sku: 'TEA-1', quantity: 1 }]
    const shipped = (id: string) => ({ status: 'allocated', consumptions: [{ id, lines }], nextAttemptAt: 9 }) as const
    const freed = { status: 'released', reason: 'order-freed', nextAttemptAt: 9 } as const

    it('races: 20 amendments of one version, shipments against a free: one decides, with its message', async () => {
      const store = start()
      for (let round = 0; round < 10; round++) {
        const seen = (await store.insert(fresh({ status: 'allocated' }), [], 1))!
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            store.amend(seen, i % 2 ? freed : shipped(`shp_${i}`), [event(seen._id)], 2),
          ),
        )
        const [won, ...others] = results.filter((result) => result !== null)
        expect(others).toEqual([])
        const end = (await store.get(seen._id))!
        expect(end).toEqual(won)
        expect(end).toMatchObject({ version: 2, nextAttemptAt: 9 })
        expect(end.outbox).toHaveLength(1)
        expect(end.status === 'released' ? end.consumptions : end.reason).toBeUndefined()
      }
    })

    it('races: a settle of the version before never hides a shipment', async () => {
      const store = start()
      for (let round = 0; round < 20; round++) {
        const seen = (await store.insert(fresh({ status: 'allocated' }), [], 1))!
        await Promise.all([store.settle(seen._id, 1, 2), store.amend(seen, shipped('shp_1'), [], 2)])
        expect(await store.get(seen._id)).toMatchObject({ version: 2, nextAttemptAt: 9 })
      }
    })

    it('amends what it has seen, and keeps what the change does not name', async () => {
      const store = start()
      const seen = (await store.insert(fresh({ status: 'allocated' }), [], 1))!
      const once = (await store.amend(seen, shipped('shp_1'), [], 2))!
      expect(once).toMatchObject({
        status: 'allocated',
        version: 2,
        lines: seen.lines,
        consumptions: [{ id: 'shp_1' }],
      })
      expect(await store.amend(seen, freed, [], 3)).toBeNull()
      const restocks = [{ id: 'rfd_1', lines }]
      expect(await store.amend(once, { status: 'allocated', restocks, nextAttemptAt: null }, [], 3)).toMatchObject({
        version: 3,
        consumptions: [{ id: 'shp_1', lines }],
        restocks,
      })
      expect((await store.get(seen._id))!.nextAttemptAt).toBeUndefined()
      expect(await store.amend({ ...once, _id: 'ord_unknown' }, freed, [], 3)).toBeNull()
    })

    it('parks what it has seen, once, until somebody makes it due again', async () => {
      const store = start()
      const seen = (await store.insert(fresh({ nextAttemptAt: -2_000_000 }), [], 1))!
      expect(await store.park({ ...seen, rev: seen.rev + 1 }, 'no lines', 5)).toBe(false)
      const parked = await Promise.all(Array.from({ length: 20 }, () => store.park(seen, 'no lines', 5)))
      expect(parked.filter(Boolean)).toHaveLength(1)
      const { nextAttemptAt: _due, ...rest } = seen
      expect(await store.get(seen._id)).toEqual({ ...rest, parked: { why: 'no lines', at: 5 } })
      expect((await store.due(-1_999_999, 100, farAheadMs)).map(({ _id }) => _id)).not.toContain(seen._id)
    })

    it('lists due ones, the longest waiting first', async () => {
      const store = start()
      const times = [30, 10, 20, 99]
      const ids = await Promise.all(
        times.map(
          async (nextAttemptAt) =>
            (await store.insert(fresh({ nextAttemptAt: nextAttemptAt - 1_000_000 }), [], 1))!._id,
        ),
      )
      const due = (await store.due(50 - 1_000_000, 100, farAheadMs))
        .map(({ _id }) => _id)
        .filter((id) => ids.includes(id))
      expect(due).toEqual([ids[1], ids[2], ids[0]])
      expect(await store.due(50 - 1_000_000, 1, farAheadMs)).toHaveLength(1)
    })

    it('lists last those that are due only after a time that no right clock can have set', async () => {
      const store = start()
      const ids: string[] = []
      for (const nextAttemptAt of [1000, 1001, 5]) ids.push((await store.insert(fresh({ nextAttemptAt }), [], 1))!._id)
      const due = (await store.due(10, 10_000, 1000)).map(({ _id }) => _id).filter((id) => ids.includes(id))
      expect(due).toEqual([ids[2], ids[1]])
    })

    it('postpones held ones only, without a new version', async () => {
      const store = start()
      const { _id } = (await store.insert(fresh(), [], 1))!
      expect(await store.postpone(_id, 500, 2)).toBeNull()
      await store.move(_id, ['reserving'], { status: 'held', nextAttemptAt: 50 }, [], 2)
      expect(await store.postpone(_id, 500, 3)).toMatchObject({ nextAttemptAt: 500, version: 2 })
    })

    it('tells which are final', async () => {
      const store = start()
      const [a, b] = [
        (await store.insert(fresh(), [], 1))!,
        (await store.insert(fresh({ status: 'released' }), [], 1))!,
      ]
      expect(await store.finalOf([a._id, b._id, 'ord_unknown'])).toEqual(new Set([b._id]))
    })
  })
}
