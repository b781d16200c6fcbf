import { newId, orderEvents } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newOrderData, newSku, type ProductUnderTest, startProduct } from './harness.ts'

describe('a command that the product service can not carry out', () => {
  let product: ProductUnderTest
  beforeAll(async () => {
    product = await startProduct({}, { bus: { retryDelaysMs: [10, 20, 30, 40], retryJitter: 0 } })
  })
  afterAll(() => product.stop())

  /** The collection refuses every write, as after a wrong migration, until mended. */
  async function breakReservations(): Promise<() => Promise<void>> {
    const db = product.models.reservations.db.db!
    const [known] = await db.listCollections({ name: 'reservations' }).toArray()
    const { validator = {} } = (known as { options?: { validator?: object } }).options ?? {}
    const setValidator = async (to: object) => void (await db.command({ collMod: 'reservations', validator: to }))
    await setValidator({ impossible: { $exists: true } })
    return () => setValidator(validator)
  }

  it('waits for a person after five failures; redriven once the fault is mended, it is carried out', async () => {
    const [sku, orderId] = [newSku(), newId('ord')]
    await product.sell([sku], 5)
    const mend = await breakReservations()
    const message = {
      id: newId('evt'),
      source: 'order',
      type: orderEvents.placed.type,
      subject: orderId,
      time: new Date().toISOString(),
      data: {
        ...newOrderData(orderId),
        request: { currency: 'IDR', lines: [{ sku, quantity: 2 }] },
      },
    }
    await product.bus.publish(message)
    const { body: list } = await product.call('GET', '/dead-letters', undefined, { as: 'admin' })
    expect(list.items).toMatchObject([
      { id: message.id, queue: 'evt-order-order_placed--product.reserve', reason: 'exhausted', attempts: 5 },
    ])
    expect(list.queues.every(({ queue }: { queue: string }) => queue.includes('product'))).toBe(true)
    await mend()
    expect(await product.reservations.findOne({ _id: orderId })).toBeNull()

    const path = `/dead-letters/${message.id}`
    expect((await product.call('GET', path, undefined, { as: 'staff' })).status).toBe(403)
    const redriven = await product.call('POST', `${path}/redrive`, undefined, { as: 'admin' })
    expect(redriven).toMatchObject({ status: 200, body: { redriven: 1 } })
    await eventually(async () => expect(await product.reservation(orderId)).toMatchObject({ status: 'held' }))
    expect((await product.call('GET', path, undefined, { as: 'admin' })).status).toBe(404)
  })
})
