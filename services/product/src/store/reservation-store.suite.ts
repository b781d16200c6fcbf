import { happened, newId, stockEvents } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { NewReservation } from '../domain/reservation.ts'
import type { ReservationStore } from './reservation-store.ts'

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

    it('settles released ones only', async () => {
      const store = start()
      const [reserving, released] = [(await store.insert(fresh(), [], 1))!, (await store.insert(fresh(), [], 1))!]
      await store.move(released._id, ['reserving'], { status: 'released', nextAttemptAt: 9 }, [], 2)
      await store.settle(reserving._id, 3)
      await store.settle(released._id, 3)
      expect((await store.get(reserving._id))!.nextAttemptAt).toBe(100)
      expect((await store.get(released._id))!.nextAttemptAt).toBeUndefined()
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
      const due = (await store.due(50 - 1_000_000, 100)).map(({ _id }) => _id).filter((id) => ids.includes(id))
      expect(due).toEqual([ids[1], ids[2], ids[0]])
      expect(await store.due(50 - 1_000_000, 1)).toHaveLength(1)
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
