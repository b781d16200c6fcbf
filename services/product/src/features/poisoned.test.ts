import { newId } from '@toko/contracts'
import { fakeClock } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { memoryReservationStore, memoryStock, memoryStockStore } from '../../test/memory-stores.ts'
import { pruneEntries } from './prune-entries.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'
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
    const { clock, reservations, core, held } = shop()
    // More than a batch of them, and all due before the sound one.
    for (let i = 0; i < 25; i++) {
      const id = await held()
      reservations.all.set(id, { ...reservations.all.get(id)!, ...poison })
    }
    clock.advance(10)
    const sound = await held()
    clock.advance(1200)
    await sweepReservations(core).catch(() => 0)
    expect(reservations.all.get(sound)!.outbox.map(({ type }) => type)).toEqual([
      'stock_reserved',
      'reservation_overdue',
    ])
  })
})

describe('a stock document that a hand made impossible', () => {
  it.each([
    ['no entries', { entries: null }],
    ['entries that are words', { entries: ['x'] }],
    ['a revision-like number that is a word', { reserved: 'x' }],
  ])('%s: the others are pruned', async (_what, poison) => {
    const { clock, stock, core, held } = shop()
    for (let i = 0; i < 25; i++) {
      await release(core, await held(`P-${i}`))
      stock.all.set(`P-${i}`, { ...stock.all.get(`P-${i}`)!, ...poison } as never)
    }
    clock.advance(10)
    await release(core, await held('A-1'))
    clock.advance(2000)
    await pruneEntries(core).catch(() => 0)
    await pruneEntries(core).catch(() => 0)
    expect(stock.all.get('A-1')!.entries).toEqual([])
  })
})
