import { newId } from '@toko/contracts'
import { fakeClock } from '@toko/testkit'
import { expect, it } from 'vitest'
import { memoryReservationStore, memoryStock, memoryStockStore } from '../../test/memory-stores.ts'
import { reserve } from './reserve.ts'
import { sweepReservations } from './sweep-reservations.ts'

it('reports an overdue hold while its first answer still waits for the broker, and only one notice waits at a time', async () => {
  const clock = fakeClock()
  const [reservations, stock] = [memoryReservationStore(), memoryStockStore()]
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
    reservingLimitMs: 30_000,
    heldLimitMs: 1000,
    overdueRepeatMs: 500,
    entryRetentionMs: 1e6,
    maxBackoffMs: 60_000,
  }
  const offers = { find: async () => new Map([['A-1', offer]]) }
  const resume = <T>(_work: unknown, run: () => Promise<T>) => run()
  const core = { reservations, stock, offers, alerts: { raise() {} }, clock, limits, resume }
  stock.all.set('A-1', memoryStock(1))
  const orderId = newId('ord')
  await reserve(core, orderId, { currency: 'IDR', lines: [{ sku: 'A-1', quantity: 1 }] })
  const waiting = () => reservations.all.get(orderId)!.outbox.map(({ type }) => type)
  expect(waiting()).toEqual(['stock_reserved'])
  for (let turn = 1; turn <= 3; turn++) {
    clock.advance(1001)
    expect(await sweepReservations(core)).toBe(1)
    expect(waiting()).toEqual(['stock_reserved', 'reservation_overdue'])
    expect(reservations.all.get(orderId)).toMatchObject({ status: 'held', attempts: turn })
  }
})
