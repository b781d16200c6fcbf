import { newId, orderEvents } from '@toko/contracts'
import { eventually, fakeClock } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectConsistent, newOrderData, newSku, type ProductUnderTest, startProduct } from './harness.ts'

let product: ProductUnderTest

beforeAll(async () => {
  product = await startProduct()
})
afterEach(async () => {
  await eventually(() => expectConsistent(product))
})
afterAll(async () => {
  await product.stop()
})

const answersTo = (orderId: string) => product.heard.filter((each) => each.subject === orderId).map(({ type }) => type)

describe('commands on the bus', () => {
  const publish = (definition: { source: string; type: string }, orderId: string, data: object) =>
    product.bus.publish({
      id: newId('evt'),
      source: definition.source,
      type: definition.type,
      subject: orderId,
      time: new Date().toISOString(),
      data,
    })

  it('reserve, allocate and release, each answered again when repeated (R5) without a write', async () => {
    const sku = newSku()
    await product.sell([sku], 5)
    const [kept, ended] = [newId('ord'), newId('ord')]
    const request = { currency: 'IDR', lines: [{ sku, quantity: 2 }] }
    for (const orderId of [kept, ended, kept, ended])
      await publish(orderEvents.placed, orderId, { ...newOrderData(orderId), request })
    for (const _again of [1, 2]) {
      await publish(orderEvents.authorised, kept, newOrderData(kept))
      await publish(orderEvents.cancelling, ended, newOrderData(ended))
    }
    await eventually(() => {
      const reserved = ['stock_reserved', 'stock_reserved']
      expect(answersTo(kept).toSorted()).toEqual(['stock_allocated', 'stock_allocated', ...reserved])
      expect(answersTo(ended).toSorted()).toEqual(['stock_released', 'stock_released', ...reserved])
    })
    const settled = await product.reservations.findOne({ _id: kept })
    await publish(orderEvents.authorised, kept, newOrderData(kept))
    await publish(orderEvents.placed, kept, { ...newOrderData(kept), request })
    await publish(orderEvents.cancelling, kept, newOrderData(kept))
    await eventually(() => expect(answersTo(kept)).toHaveLength(6))
    expect(await product.reservations.findOne({ _id: kept })).toEqual(settled)
    expect(await product.bus.deadLetters().list()).toEqual([])
  })

  it('free, ship and take back: each with the full state of its time, answered again with all that is known', async () => {
    const sku = newSku()
    await product.sell([sku], 9)
    const [freed, shipped] = [newId('ord'), newId('ord')]
    for (const orderId of [freed, shipped]) {
      await product.reserve(orderId, [sku], 3)
      await product.setState(orderId, 'allocated')
    }
    const [s1, s2, r1] = [newId('shp'), newId('shp'), newId('rfd')]
    const move = (id: string, quantity: number) => ({ id, lines: [{ sku, quantity }] })
    for (const _again of [1, 2]) await publish(orderEvents.freed, freed, newOrderData(freed))
    await publish(orderEvents.shipped, shipped, { ...newOrderData(shipped), shipments: [move(s1, 1)] })
    // The return overtakes the second shipment, and names it.
    const all = { shipments: [move(s1, 1), move(s2, 2)], restocks: [move(r1, 2)] }
    await publish(orderEvents.returned, shipped, { ...newOrderData(shipped), ...all })
    for (const _again of [1, 2]) await publish(orderEvents.shipped, shipped, { ...newOrderData(shipped), ...all })
    await publish(orderEvents.returned, shipped, { ...newOrderData(shipped), ...all })
    await eventually(() => {
      expect(answersTo(freed).filter((type) => type === 'stock_released')).toHaveLength(2)
      const told = product.heard.filter(({ subject, type }) => subject === shipped && /consumed|restocked/.test(type))
      expect(told.map(({ type, data }) => [type, data])).toEqual(
        expect.arrayContaining([
          ['stock_consumed', { orderId: shipped, shipmentIds: [s1] }],
          ['stock_consumed', { orderId: shipped, shipmentIds: [s1, s2] }],
          ['stock_restocked', { orderId: shipped, refundIds: [r1] }],
        ]),
      )
      expect(told).toHaveLength(6)
    })
    expect(await product.stock.findOne({ _id: sku })).toMatchObject({ onHand: 8, available: 8, reserved: 0 })
    const settled = await product.reservations.findOne({ _id: shipped })
    // Refused: acknowledged, nothing changes, nobody is told.
    await publish(orderEvents.shipped, shipped, { ...newOrderData(shipped), shipments: [move(s1, 2)] })
    await publish(orderEvents.shipped, shipped, { ...newOrderData(shipped), shipments: [move(newId('shp'), 1)] })
    await publish(orderEvents.returned, freed, { ...newOrderData(freed), restocks: [move(newId('rfd'), 1)] })
    await publish(orderEvents.freed, shipped, newOrderData(shipped))
    expect(await product.reservations.findOne({ _id: shipped })).toEqual(settled)
    expect(answersTo(shipped).filter((type) => /consumed|restocked/.test(type))).toHaveLength(6)
    expect(await product.bus.deadLetters().list()).toEqual([])
  })

  it('other lines under the same order are acknowledged and raise an alert', async () => {
    const sku = newSku()
    await product.sell([sku], 5)
    const orderId = newId('ord')
    await product.reserve(orderId, [sku], 1)
    const request = { currency: 'IDR', lines: [{ sku, quantity: 3 }] }
    await publish(orderEvents.placed, orderId, { ...newOrderData(orderId), request })
    expect(await product.metrics.render()).toMatch(/kind="body-differs"[^}]*\} [1-9]/)
    expect(await product.bus.deadLetters().list()).toEqual([])
  })
})

describe('sweepers', () => {
  it('finish what a killed replica left reserving, give back what it left released, and report old holds', async () => {
    const clock = fakeClock()
    const swept = await startProduct({ PRODUCT_OUTBOX_SLOW_PATH_MS: '0' }, { clock })
    const sku = newSku()
    await swept.sell([sku], 10)
    const [half, undone, held] = [newId('ord'), newId('ord'), newId('ord')]
    for (const orderId of [half, undone, held]) await swept.reserve(orderId, [sku], 2)
    // As if killed between the hold and the CAS, and between the release and giving back.
    await swept.reservations.updateOne(
      { _id: half },
      { $set: { status: 'reserving', version: 1, offers: [], nextAttemptAt: clock.now() + 30_000 } },
    )
    await swept.reservations.updateOne(
      { _id: undone },
      { $set: { status: 'released', reason: 'order-ended', nextAttemptAt: clock.now() + 1000 } },
    )
    clock.advance(31_000)
    await eventually(async () => {
      expect((await swept.reservation(half)).status).toBe('held')
      expect(await swept.stock.findOne({ _id: sku })).toMatchObject({ available: 6, reserved: 4 })
    })
    await eventually(() => expectConsistent(swept))
    const overdue = () => swept.heard.filter(({ subject, type }) => subject === held && type === 'reservation_overdue')
    expect(overdue()).toHaveLength(0)
    clock.advance(20 * 60_000)
    await eventually(() => expect(overdue()).toHaveLength(1))
    clock.advance(5 * 60_000)
    await eventually(() => expect(overdue()).toHaveLength(2))
    expect((await swept.reservation(held)).status).toBe('held')
    await swept.bus.publish({
      id: newId('evt'),
      source: 'order',
      type: 'reservation_kept',
      subject: held,
      time: new Date().toISOString(),
      data: { orderId: held },
    })
    expect((await swept.reservations.findOne({ _id: held }))!.nextAttemptAt).toBe(clock.now() + 5 * 60_000)
    await swept.stop()
  })

  it('prune old tombstones with the watermark, which blocks a late hold of that time (R7)', async () => {
    const clock = fakeClock()
    const pruned = await startProduct({}, { clock })
    const sku = newSku()
    await pruned.sell([sku], 4)
    const [ended, paid] = [newId('ord'), newId('ord')]
    await pruned.reserve(ended, [sku])
    await pruned.reserve(paid, [sku])
    await pruned.setState(paid, 'allocated')
    await pruned.setState(ended, 'released')
    const { epoch } = (await pruned.reservations.findOne({ _id: ended }))!
    clock.advance(3_600_000 + 2000)
    await eventually(async () => {
      const stock = (await pruned.stock.findOne({ _id: sku }))!
      expect(stock.entries.map(({ rid, s }) => [rid, s])).toEqual([[paid, 'A']])
      expect(stock.watermark).toBe(epoch)
      expect(stock.pruneAt).toBeUndefined()
    })
    const late = { rid: ended, quantity: 1, epoch }
    expect(await pruned.service.core.stock.hold(sku, late, clock.now())).toEqual({ kind: 'too-old' })
    clock.advance(-7_200_000)
    // A clock that jumped back makes no new hold too old.
    expect((await pruned.reserve(newId('ord'), [sku])).body.status).toBe('held')
    await eventually(() => expectConsistent(pruned))
    await pruned.stop()
  })

  it('park what a hand made impossible, call a person, and go on with the others', async () => {
    const clock = fakeClock()
    const swept = await startProduct({}, { clock })
    const sku = newSku()
    const broken = newSku()
    await swept.sell([sku, broken], 60)
    const poisons: object[] = [
      { attempts: 'many' },
      { lines: 'none' },
      { outbox: null, outboxAt: null },
      { status: 'lost' },
      { rev: 'x' },
      { consumptions: [{ id: 'shp_1', lines: [{ sku, quantity: 9 }] }] },
    ]
    const ids: string[] = []
    for (let i = 0; i < 24; i++) {
      const orderId = newId('ord')
      await swept.reserve(orderId, [sku])
      ids.push(orderId)
      const poison = poisons[i % poisons.length]!
      await swept.reservations.updateOne(
        { _id: orderId },
        { $set: { ...poison, nextAttemptAt: clock.now() + 1000 + i } },
      )
    }
    const [sound, ended] = [newId('ord'), newId('ord')]
    await swept.reserve(sound, [sku])
    await swept.reserve(ended, [broken])
    await swept.setState(ended, 'released')
    await swept.stock.updateOne({ _id: broken }, { $set: { entries: 'none' } } as never)
    clock.advance(3_600_000 + 60_000)
    await eventually(() =>
      expect(swept.heard.some(({ subject, type }) => subject === sound && type === 'reservation_overdue')).toBe(true),
    )
    await eventually(async () => {
      const parked = await swept.reservations.find({ 'parked.at': clock.now() }).toArray()
      expect(parked.map(({ _id }) => _id).toSorted()).toEqual(ids.toSorted())
      expect(await swept.stock.findOne({ _id: broken })).toMatchObject({ parked: { why: expect.any(String) } })
    })
    const metrics = await swept.metrics.render()
    expect(metrics).toMatch(/toko_parked_documents\{[^}]*\} 25/)
    expect(metrics).toMatch(/toko_reservation_alerts_total\{[^}]*kind="parked"[^}]*\} 25/)
    // Reconciliation still reads all the others, and every command on a parked one is refused.
    const admin = { as: 'admin' } as const
    const audited = (await swept.call('GET', '/audit/reservations?limit=100', undefined, admin)).body
    expect(audited.items.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([sound, ended]))
    expect((await swept.call('GET', '/audit/stock?limit=100', undefined, admin)).body.items).toMatchObject([{ sku }])
    expect((await swept.setState(ids[1]!, 'allocated')).body.code).toBe('conflict')
    await swept.stop()
  })

  it('two replicas share the work: one notice each turn', async () => {
    const clock = fakeClock()
    const first = await startProduct({}, { clock })
    const second = await startProduct({}, { clock, database: first.config.mongoDatabase })
    const sku = newSku()
    await first.sell([sku], 1)
    const orderId = newId('ord')
    await second.reserve(orderId, [sku])
    clock.advance(21 * 60_000)
    const notices = () => [...first.heard, ...second.heard].filter(({ type }) => type === 'reservation_overdue')
    await eventually(() => expect(notices()).toHaveLength(1))
    expect((await first.reservations.findOne({ _id: orderId }))!.attempts).toBe(1)
    await Promise.all([first.stop(), second.stop()])
    expect(notices()).toHaveLength(1)
  })
})
