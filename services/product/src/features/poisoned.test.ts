import { newId, type ReservationRequest } from '@toko/contracts'
import { fakeClock } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { memoryReservationStore, memoryStock, memoryStockStore } from '../../test/memory-stores.ts'
import { allocate } from './allocate.ts'
import { consume } from './consume.ts'
import { fillLedger } from './fill-ledger.ts'
import { free } from './free.ts'
import { pruneEntries } from './prune-entries.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'
import { restock } from './restock.ts'
import { sweepReservations } from './sweep-reservations.ts'

const offer = {
  sku: 'A-1',
  currency: 'IDR',
  unitPriceMinor: 1,
  productId: 'p',
  title: 't',
  options: {},
  image: null,
} as const
const limits = {
  reservingLimitMs: 300,
  heldLimitMs: 1000,
  overdueRepeatMs: 500,
  entryRetentionMs: 1000,
  maxBackoffMs: 60_000,
}

function shop() {
  const clock = fakeClock()
  const [reservations, stock] = [memoryReservationStore(), memoryStockStore()]
  const raised: string[] = []
  const core = {
    reservations,
    stock,
    offers: { find: async (skus: readonly string[]) => new Map(skus.map((sku) => [sku, { ...offer, sku }])) },
    alerts: { raise: (kind: string, subject: string) => void raised.push(`${kind} ${subject}`) },
    clock,
    limits,
    resume: <T>(_work: unknown, run: () => Promise<T>) => run(),
  }
  const held = async (sku = 'A-1') => {
    const orderId = newId('ord')
    if (!stock.all.has(sku)) stock.all.set(sku, memoryStock(100))
    await reserve(core, orderId, { currency: 'IDR', lines: [{ sku, quantity: 1 }] })
    return orderId
  }
  return { clock, reservations, stock, raised, core, held }
}

/** What a hand may have done to a document that was held. */
const poisons: [string, object][] = [
  ['no outbox', { outbox: null }],
  ['attempts that are a word', { attempts: 'many' }],
  ['a revision that is a word', { rev: 'x' }],
  ['no lines', { lines: null }],
  ['lines that are words', { lines: ['A-1'] }],
  ['an unknown status', { status: 'lost' }],
  [
    'more shipped than ordered',
    { status: 'allocated', consumptions: [{ id: 'shp_1', lines: [{ sku: 'A-1', quantity: 9 }] }] },
  ],
  [
    'all shipped and still allocated',
    { status: 'allocated', consumptions: [{ id: 'shp_1', lines: [{ sku: 'A-1', quantity: 1 }] }] },
  ],
  ['consumed without a shipment', { status: 'consumed' }],
  ['more back than shipped', { restocks: [{ id: 'rfd_1', lines: [{ sku: 'A-1', quantity: 1 }] }] }],
  ['held without a price', { offers: [] }],
  ['released without a reason', { status: 'released' }],
]

describe('a reservation that a hand made impossible', () => {
  it.each(poisons)('%s: stops only itself', async (_what, poison) => {
    const { clock, reservations, raised, core, held } = shop()
    // More than a batch of them, and all due before the sound one.
    for (let i = 0; i < 25; i++) {
      const id = await held()
      reservations.all.set(id, { ...reservations.all.get(id)!, ...poison })
    }
    const poisoned = [...reservations.all.keys()]
    clock.advance(10)
    const sound = await held()
    clock.advance(1200)
    await sweepReservations(core)
    expect(reservations.all.get(sound)!.outbox.map(({ type }) => type)).toEqual([
      'stock_reserved',
      'reservation_overdue',
    ])
    expect(raised.toSorted()).toEqual(poisoned.map((id) => `parked ${id}`).toSorted())
    for (const id of poisoned) {
      const { parked, nextAttemptAt, ...rest } = reservations.all.get(id)!
      expect([typeof parked!.why, nextAttemptAt]).toEqual(['string', undefined])
      // Nothing else is written: a person finds what was there.
      expect(rest).toMatchObject(poison)
    }
    clock.advance(1e6)
    await sweepReservations(core)
    expect(raised).toHaveLength(25)
  })

  it.each(poisons)('%s: no command decides on it, and the person is called once', async (_what, poison) => {
    const { reservations, raised, core, held } = shop()
    const id = await held()
    reservations.all.set(id, { ...reservations.all.get(id)!, ...poison })
    const request: ReservationRequest = { currency: 'IDR', lines: [{ sku: 'A-1', quantity: 1 }] }
    const move = [{ id: 'shp_2', lines: request.lines }]
    const commands = [
      () => reserve(core, id, request),
      () => allocate(core, id),
      () => release(core, id),
      () => free(core, id),
      () => consume(core, id, move),
      () => restock(core, id, move),
    ]
    await expect(commands[0]!()).rejects.toThrow('impossible state')
    const before = reservations.all.get(id)
    for (const command of commands) await expect(command()).rejects.toThrow('impossible state')
    expect(reservations.all.get(id)).toEqual(before)
    expect(raised).toEqual([`parked ${id}`])
  })

  it('and mended by one goes on', async () => {
    const { clock, reservations, core, held } = shop()
    const id = await held()
    const right = reservations.all.get(id)!
    reservations.all.set(id, { ...right, lines: [] })
    clock.advance(1200)
    await sweepReservations(core)
    expect(reservations.all.get(id)!.parked).toBeDefined()
    reservations.all.set(id, { ...right, nextAttemptAt: clock.now() })
    await sweepReservations(core)
    expect(reservations.all.get(id)).toMatchObject({ attempts: 1, status: 'held' })
  })

  it('together with its stock (the hold of what is shipped is gone): parked, not tried for ever', async () => {
    const { clock, reservations, stock, raised, core, held } = shop()
    const id = await held()
    await allocate(core, id)
    stock.all.set('A-1', memoryStock(100))
    await consume(core, id, [{ id: 'shp_1', lines: [{ sku: 'A-1', quantity: 1 }] }])
    expect(reservations.all.get(id)).toMatchObject({
      status: 'consumed',
      parked: { why: 'A-1 holds too little of what was shipped' },
    })
    clock.advance(1e6)
    expect(await sweepReservations(core)).toBe(0)
    expect(raised).toEqual([`parked ${id}`])
    expect(stock.all.get('A-1')).toEqual(memoryStock(100))
  })
})

describe('a stock document that a hand made impossible', () => {
  const entry = { rid: 'ord_1', qty: 1, s: 'A', epoch: 1, at: 1 }
  it.each<[string, object]>([
    ['no entries', { entries: null }],
    ['entries that are words', { entries: ['x'] }],
    ['a quantity that is a word', { reserved: 'x' }],
    ['more reserved than there are active entries', { available: 99, reserved: 1 }],
    ['more on hand than available and reserved', { onHand: 101 }],
    ['less than nothing available', { onHand: -1, available: -1 }],
    ['two entries of one reservation', { onHand: 102, reserved: 2, entries: [entry, entry] }],
    ['no waiting movements', { pending: null }],
    ['numbers of movements with a gap', { seq: 2, pending: [{ id: 'm', seq: 1, delta: 1, onHand: 100, key: 'k' }] }],
  ])('%s: it is parked, and the others are pruned', async (_what, poison) => {
    const { clock, stock, raised, core, held } = shop()
    const skus = Array.from({ length: 25 }, (_, i) => `P-${i}`)
    for (const sku of skus) {
      await release(core, await held(sku))
      stock.all.set(sku, { ...stock.all.get(sku)!, ...poison })
    }
    clock.advance(10)
    await release(core, await held('A-1'))
    clock.advance(2000)
    await pruneEntries(core)
    await pruneEntries(core)
    expect(stock.all.get('A-1')!.entries).toEqual([])
    expect(raised.toSorted()).toEqual(skus.map((sku) => `parked ${sku}`).toSorted())
    for (const sku of skus) expect(stock.all.get(sku)).toMatchObject({ ...poison, parked: { at: clock.now() } })
  })

  it('keeps no ledger of another SKU waiting', async () => {
    const { clock, stock, raised, core } = shop()
    const skus = Array.from({ length: 60 }, (_, i) => `P-${i}`)
    for (const sku of [...skus, 'A-1']) stock.all.set(sku, memoryStock(1))
    for (const sku of skus) stock.all.set(sku, { ...memoryStock(1), seq: 1, pending: ['x'] as never })
    const drained: string[] = []
    const ledger = {
      undrained: async (_before: number, limit: number) =>
        [...skus, 'A-1'].filter((sku) => !drained.includes(sku) && !stock.all.get(sku)!.parked).slice(0, limit),
      drain: async (sku: string) => void drained.push(sku),
    }
    await fillLedger({ ...core, ledger }, 0)
    expect(drained).toEqual(['A-1'])
    expect(raised).toHaveLength(60)
    expect(clock.now()).toBe(stock.all.get('P-0')!.parked!.at)
  })
})
