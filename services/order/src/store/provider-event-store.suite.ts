import { newId } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { ProviderEvent, ProviderEventStore } from './provider-event-store.ts'

function fresh(change: Partial<ProviderEvent> = {}): ProviderEvent {
  const orderId = newId('ord')
  const key = `${orderId}:1`
  const id = newId('evt')
  const event = { id, type: 'payment.approved', key, orderId, amountMinor: 5, at: '2026-01-01T00:00:00.000Z' } as const
  return { _id: `toko:${id}`, key, orderId, event, dueAt: 100, ...change }
}

/** What every inbox of provider events must do; races first, for that is where a fake would lie. */
export function describeProviderEventStore(name: string, start: () => ProviderEventStore): void {
  describe(`provider event store: ${name}`, () => {
    const dueOf = async (store: ProviderEventStore, ids: readonly string[], nowMs: number) =>
      (await store.due(nowMs, 100)).filter(({ _id }) => ids.includes(_id))

    it('races: of 20 deliveries of one event exactly one is new', async () => {
      const store = start()
      const event = fresh()
      const results = await Promise.all(Array.from({ length: 20 }, () => store.insert(event)))
      expect(results.filter(Boolean)).toHaveLength(1)
      expect(await dueOf(store, [event._id], 100)).toMatchObject([event])
    })

    it('races: one of 20 claims wins, and the event is due again at its time', async () => {
      const store = start()
      const event = fresh()
      await store.insert(event)
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(event, 500)))
      expect(claims.filter((claim) => claim !== null)).toMatchObject([{ _id: event._id, dueAt: 500 }])
      expect(await dueOf(store, [event._id], 499)).toEqual([])
      expect(await dueOf(store, [event._id], 500)).toHaveLength(1)
    })

    it('lists what is due, the longest waiting first, up to a limit', async () => {
      const store = start()
      const events = [30, 10, 20].map((dueAt) => fresh({ dueAt: dueAt - 1_000_000 }))
      for (const event of events) await store.insert(event)
      const ids = events.map(({ _id }) => _id)
      const due = (await dueOf(store, ids, 25 - 1_000_000)).map(({ _id }) => _id)
      expect(due).toEqual([ids[1], ids[2]])
      expect(await store.due(30 - 1_000_000, 1)).toHaveLength(1)
    })

    it('lists what is due later than a right clock could have set it', async () => {
      const store = start()
      const events = [10, 5000, 9001].map((dueAt) => fresh({ dueAt }))
      for (const event of events) await store.insert(event)
      const ids = events.map(({ _id }) => _id)
      const due = (await store.due(10, 1000, 9000)).map(({ _id }) => _id).filter((id) => ids.includes(id))
      expect(due).toEqual([ids[0], ids[2]])
    })

    it('never lists or gives out again what is finished', async () => {
      const store = start()
      const event = fresh()
      await store.insert(event)
      await store.finish(event, 'applied')
      expect(await dueOf(store, [event._id], 1e15)).toEqual([])
      expect(await store.claim(event, 500)).toBeNull()
      expect(await store.insert(event)).toBe(false)
    })

    it('finishes with its messages in the same write (R2), also twice', async () => {
      const store = start()
      const event = fresh()
      await store.insert(event)
      await store.finish(event, 'ignored')
      await store.finish(event, 'orphaned')
      await store.finish(fresh(), 'ignored')
      expect(await dueOf(store, [event._id], 1e15)).toEqual([])
    })
  })
}
