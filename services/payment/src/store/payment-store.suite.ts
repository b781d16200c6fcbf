import { newId } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { type Effect, newPayment, type PaymentChange, type PaymentRecord } from '../domain/payment.ts'
import type { PaymentStore } from './payment-store.ts'

/** No test's due time is later. */
const farAheadMs = 1e12

export interface PaymentsUnderTest {
  readonly store: PaymentStore
  /** Effects that the store told of so far. */
  told(): readonly Effect[]
}

const at = new Date(1_700_000_000_000)
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

/** The behaviour of every payment store; races first, since that is where a fake lies. */
export function describePaymentStore(name: string, start: () => PaymentsUnderTest): void {
  describe(`payment store: ${name}`, () => {
    const wanted = { amountMinor: 1000, currency: 'IDR', method: 'card_ok' } as const
    const newKey = () => `${newId('ord')}:1`
    const fresh = (fields: Partial<PaymentRecord> = {}, key = newKey()): PaymentRecord =>
      newPayment(key, newId('pay'), at, {
        state: 'approved',
        wanted,
        authorisedMinor: 1000,
        effects: [{ kind: 'authorised', amountMinor: 1000, at }],
        ...fields,
      })
    const captured = () => fresh({ state: 'captured', capturedMinor: 1000 })
    const capture: PaymentChange = {
      from: 'approved',
      set: { state: 'captured', capturedMinor: 1000 },
      effect: { kind: 'captured', amountMinor: 1000, at },
    }
    const giveBack: PaymentChange = {
      from: 'approved',
      set: { state: 'voided' },
      effect: { kind: 'voided', amountMinor: 1000, at },
    }
    const refund = (refundKey: string, amountMinor: number): PaymentChange => ({
      from: 'captured',
      set: {},
      effect: { kind: 'refunded', amountMinor, at, refundKey },
      refund: { refundKey, amountMinor, at, refundedBefore: 1000 - amountMinor },
    })
    const inserted = async (store: PaymentStore, payment: PaymentRecord) => {
      expect(await store.insert(payment)).toBe(true)
      return payment
    }

    it('races: of 20 inserts of one key exactly one wins, and it alone is told', async () => {
      const { store, told } = start()
      const first = fresh()
      const results = await times(20, (i) =>
        store.insert(i % 2 ? first : fresh({ state: 'voided', effects: [] }, first.key)),
      )
      expect(results.filter(Boolean)).toHaveLength(1)
      const kept = (await store.find(first.key))!
      expect(told()).toEqual(kept.state === 'voided' ? [] : first.effects)
    })

    it('races: capture against void, 20 of each: one of them has one effect', async () => {
      const { store } = start()
      for (let round = 0; round < 10; round++) {
        const payment = await inserted(store, fresh())
        const results = await times(40, (i) => store.apply(payment, i % 2 ? capture : giveBack))
        expect(results.filter((result) => result !== null)).toHaveLength(1)
        const end = (await store.find(payment.key))!
        expect(end.effects.map(({ kind }) => kind)).toEqual(['authorised', end.state])
        expect(end.capturedMinor).toBe(end.state === 'captured' ? 1000 : 0)
      }
    })

    it('races: 20 refunds of 150 of 1000 give 6, whatever each of them read (M1)', async () => {
      const { store } = start()
      const payment = await inserted(store, captured())
      const results = await times(20, (i) => store.apply(payment, refund(`r${i}`, 150)))
      expect(results.filter((result) => result !== null)).toHaveLength(6)
      const end = (await store.find(payment.key))!
      expect(end.refundedMinor).toBe(900)
      expect(end.refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(900)
    })

    it('races: one refund key 20 times with two amounts: once, with one of them', async () => {
      const { store } = start()
      const payment = await inserted(store, captured())
      const results = await times(20, (i) => store.apply(payment, refund('r', i % 2 ? 100 : 200)))
      expect(results.filter((result) => result !== null)).toHaveLength(1)
      const end = (await store.find(payment.key))!
      expect(end.refunds).toHaveLength(1)
      expect(end.refundedMinor).toBe(end.refunds[0]!.amountMinor)
    })

    it('keeps what it is given', async () => {
      const { store } = start()
      const payment = await inserted(store, fresh())
      expect(await store.find(payment.key)).toEqual(payment)
      expect(await store.find(newKey())).toBeNull()
    })

    it('changes only from the state named, answers the payment afterwards and tells of the effect', async () => {
      const { store, told } = start()
      const payment = await inserted(store, fresh())
      expect(await store.apply(payment, refund('r1', 100))).toBeNull()
      expect(await store.apply(fresh(), capture)).toBeNull()
      expect(await store.apply(payment, capture)).toMatchObject({ key: payment.key, capturedMinor: 1000 })
      expect(await store.apply(payment, refund('r1', 100))).toMatchObject({ refundedMinor: 100 })
      expect(await store.find(payment.key)).toEqual({
        ...payment,
        state: 'captured',
        capturedMinor: 1000,
        refundedMinor: 100,
        refunds: [{ refundKey: 'r1', amountMinor: 100, at }],
        effects: [...payment.effects, capture.effect, refund('r1', 100).effect],
      })
      expect(told().at(-1)).toEqual(refund('r1', 100).effect)
    })

    it('lists what should be definitive by now, the longest waiting first, until it is', async () => {
      const { store } = start()
      // Earlier than any other test's.
      const due = (ms: number) =>
        fresh({ state: 'processing', authorisedMinor: 0, effects: [], settlesAt: new Date(ms) })
      const [second, first, later] = [due(20), due(10), due(99)]
      for (const payment of [second, first, later]) await inserted(store, payment)
      expect(await store.due(50, 10, farAheadMs)).toEqual([first.key, second.key])
      expect(await store.due(50, 1, farAheadMs)).toEqual([first.key])
      for (const payment of [first, second, later]) await store.apply(payment, { ...giveBack, from: 'processing' })
      expect(await store.due(99, 10, farAheadMs)).toEqual([])
      expect((await store.find(first.key))!.settlesAt).toBeUndefined()
    })

    it('lists last what would be definitive only after a time that no right clock can have set', async () => {
      const { store } = start()
      const due = (ms: number) =>
        fresh({ state: 'processing', authorisedMinor: 0, effects: [], settlesAt: new Date(ms) })
      const [honest, far, past] = [due(-1000), due(-999), due(-2000)]
      for (const payment of [honest, far, past]) await inserted(store, payment)
      const listed = (await store.due(-1500, 100, -1000)).filter((key) =>
        [honest, far, past].some((p) => p.key === key),
      )
      expect(listed).toEqual([past.key, far.key])
      for (const payment of [honest, far, past]) await store.apply(payment, { ...giveBack, from: 'processing' })
    })

    it('lists in order of keys, from the one after', async () => {
      const { store } = start()
      const payments: PaymentRecord[] = []
      for (let i = 0; i < 4; i++) payments.push(await inserted(store, fresh()))
      const keys = payments.map(({ key }) => key).toSorted()
      const after = (await store.list(keys[0], 2)).map(({ key }) => key)
      expect(after).toEqual(keys.slice(1, 3))
      const all = (await store.list(undefined, 1000)).map(({ key }) => key)
      expect(all).toEqual(all.toSorted())
      expect(all).toEqual(expect.arrayContaining(keys))
    })
  })
}
