import { type EventDefinition, stockEvents } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { PermanentError } from './errors.ts'
import { onEvent } from './event-handlers.ts'

describe('a handler of an event', () => {
  const seen: unknown[] = []
  const data = {
    safeParse: (value: unknown) =>
      typeof value === 'object'
        ? { success: true, data: { ...value, parsed: true } }
        : { success: false, error: new Error('no object') },
  } as unknown as EventDefinition['data']
  const definition: EventDefinition = { source: 'order', type: 'order_placed', data, isCommand: true }
  const { handle } = onEvent(definition, 'reserve', async (parsed) => void seen.push(parsed))
  const message = {
    id: 'e',
    source: 'order',
    type: 'order_placed',
    subject: 's',
    time: '2026-01-01T00:00:00Z',
    data: { a: 1 },
  }
  const delivery = { attempt: 1, queue: 'q', redelivered: false }

  it('gets what its contract makes of the data', async () => {
    await handle(message, delivery)
    expect(seen).toEqual([{ a: 1, parsed: true }])
  })

  it.each([
    ['of another type', { type: 'order_shipped' }],
    ['of another version', { type: 'order_placed.v2' }],
    ['from another service', { source: 'product' }],
    ['outside its contract', { data: 'text' }],
  ])('refuses a message %s for good', async (_, change) => {
    seen.length = 0
    await expect(handle({ ...message, ...change }, delivery)).rejects.toThrow(PermanentError)
    expect(seen).toEqual([])
  })

  it('takes the message of a newer service without what it added', async () => {
    const read: unknown[] = []
    const { handle: take } = onEvent(stockEvents.rejected, 'go-on', async (parsed) => void read.push(parsed))
    const orderId = `ord_${'0'.repeat(32)}`
    const shortage = { sku: 'TEA', requested: 2, available: 1 }
    const rejected = { orderId, reason: 'insufficient-stock', shortages: [{ ...shortage, backAt: 'May' }], by: 'hold' }
    await take({ ...message, source: 'product', type: 'stock_rejected', data: rejected }, delivery)
    expect(read).toEqual([{ orderId, reason: 'insufficient-stock', shortages: [shortage] }])
  })
})
