import { newId } from '@toko/contracts'
import { eventually, fakeClock } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Answered, expectConsistent, newSku, type ProductUnderTest, startProduct, times } from './harness.ts'

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
const line = (sku: string, quantity: number) => ({ sku, quantity })
const count = (answers: readonly Answered[], status: number) => answers.filter((each) => each.status === status).length
const alerts = async (kind: string, on = product) => {
  const found = new RegExp(`toko_reservation_alerts_total\\{[^}]*kind="${kind}"[^}]*\\} (\\d+)`)
  return Number(found.exec(await on.metrics.render())?.[1])
}

/** A paid order of two SKUs. */
async function allocated(quantity = 2, units = 10, on = product) {
  const skus = [newSku(), newSku()].toSorted() as [string, string]
  await on.sell(skus, units)
  const orderId = newId('ord')
  await on.reserve(orderId, skus, quantity)
  expect((await on.setState(orderId, 'allocated')).body.status).toBe('allocated')
  return { orderId, a: skus[0], b: skus[1] }
}

describe('free', () => {
  it('gives allocated stock back, and answers late copies of every command as they must be', async () => {
    const { orderId, a, b } = await allocated()
    const before = await alerts('not-allocated')
    const freed = await product.setState(orderId, 'freed')
    expect(freed).toMatchObject({ status: 200, body: { status: 'released', reason: 'order-freed' } })
    expect(await product.stock.findOne({ _id: a })).toMatchObject({ available: 10, reserved: 0, entries: [{ s: 'R' }] })
    expect((await product.setState(orderId, 'freed')).body).toEqual(freed.body)
    expect((await product.setState(orderId, 'released')).body).toEqual(freed.body)
    expect((await product.setState(orderId, 'allocated')).body).toEqual(freed.body)
    expect((await product.reserve(orderId, [b, a], 2)).body).toEqual(freed.body)
    expect((await product.reservations.findOne({ _id: orderId }))!.nextAttemptAt).toBeUndefined()
    expect(await alerts('not-allocated')).toBe(before)
    await eventually(() => expect(answersTo(orderId)).toEqual(['stock_reserved', 'stock_allocated', 'stock_released']))
  })

  it('is refused, with an alert and no change, unless all of it is allocated', async () => {
    const sku = newSku()
    await product.sell([sku], 10)
    const [held, ended, shipped, part] = [newId('ord'), newId('ord'), newId('ord'), newId('ord')]
    for (const orderId of [held, ended, shipped, part]) await product.reserve(orderId, [sku], 2)
    await product.setState(ended, 'released')
    for (const [orderId, units] of [[shipped, 2] as const, [part, 1] as const]) {
      await product.setState(orderId, 'allocated')
      await product.ship(orderId, newId('shp'), [line(sku, units)])
    }
    await eventually(async () => expect(await product.stock.countDocuments({ pendingAt: { $exists: true } })).toBe(0))
    const [alertsBefore, stock] = [await alerts('free-refused'), await product.stock.findOne({ _id: sku })]
    for (const [orderId, state] of [
      [held, 'held'],
      [ended, 'released'],
      [shipped, 'consumed'],
      [part, 'allocated'],
    ] as const)
      expect(await product.setState(orderId, 'freed')).toMatchObject({
        status: 409,
        body: { code: 'illegal-transition', state },
      })
    expect((await product.setState(newId('ord'), 'freed')).status).toBe(404)
    expect(await product.stock.findOne({ _id: sku })).toEqual(stock)
    expect(await alerts('free-refused')).toBe(alertsBefore + 5)
  })

  it('races: 10 frees against 10 shipments of one order: all frees or all shipments have their way', async () => {
    for (let round = 0; round < 4; round++) {
      const { orderId, a, b } = await allocated()
      const shipmentId = newId('shp')
      const answers = await times(20, (i) =>
        i % 2 ? product.setState(orderId, 'freed') : product.ship(orderId, shipmentId, [line(a, 2), line(b, 2)]),
      )
      expect([count(answers, 409), answers.filter(({ status }) => status === 200 || status === 201).length]).toEqual([
        10, 10,
      ])
      const isFreed = (await product.reservation(orderId)).status === 'released'
      expect(await product.stock.findOne({ _id: a })).toMatchObject({ onHand: isFreed ? 10 : 8, reserved: 0 })
    }
  })
})

describe('a shipment', () => {
  it('leaves the stock once, 20 times at once and later, with its movement', async () => {
    const { orderId, a, b } = await allocated()
    const [first, second] = [newId('shp'), newId('shp')]
    const answers = await times(20, () => product.ship(orderId, first, [line(b, 1), line(a, 2)]))
    expect([count(answers, 201), count(answers, 200)]).toEqual([1, 19])
    expect(answers[0]!.body).toMatchObject({ status: 'allocated', consumptions: [first] })
    await eventually(async () => {
      expect(await product.stock.findOne({ _id: a })).toMatchObject({ onHand: 8, available: 8, reserved: 0 })
      expect(await product.stock.findOne({ _id: b })).toMatchObject({ onHand: 9, available: 8, reserved: 1 })
    })
    expect(await product.ship(orderId, second, [line(b, 1)])).toMatchObject({
      status: 201,
      body: { status: 'consumed', consumptions: [first, second] },
    })
    expect((await product.ship(orderId, first, [line(a, 2), line(b, 1)])).status).toBe(200)
    expect((await product.setState(orderId, 'allocated')).body.status).toBe('consumed')
    await eventually(async () => expect(await product.stock.countDocuments({ pendingAt: { $exists: true } })).toBe(0))
    const { body } = await product.call('GET', `/stock/${b}/movements`)
    expect(
      body.items.map(({ kind, delta, onHand, actor }: Record<string, unknown>) => [kind, delta, onHand, actor]),
    ).toEqual([
      ['adjustment', 10, 10, expect.stringMatching(/^usr_/)],
      ['shipment', -1, 9, 'order-service'],
      ['shipment', -1, 8, 'order-service'],
    ])
    expect(body.items[1]).toMatchObject({ seq: 2, reason: `shipment ${first}` })
    await eventually(() => expect(answersTo(orderId).filter((type) => type === 'stock_consumed')).toHaveLength(2))
  })

  it('races: 20 shipments of one unit of 8: exactly 8 leave, whoever asks', async () => {
    const { orderId, a } = await allocated(8, 8)
    const answers = await times(20, () => {
      const shipmentId = newId('shp')
      return product.insist(() => product.ship(orderId, shipmentId, [line(a, 1)]))
    })
    expect([count(answers, 201) + count(answers, 200), count(answers, 409)]).toEqual([8, 12])
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('conflict')
    expect(await product.stock.findOne({ _id: a })).toMatchObject({ onHand: 0, available: 0, reserved: 0 })
  })

  it('races with adjustments and holds of the same SKU: every unit is accounted for', async () => {
    const { orderId, a } = await allocated(8, 8)
    const shipOne = (shipmentId: string) => product.insist(() => product.ship(orderId, shipmentId, [line(a, 1)]))
    const acts = [
      () => shipOne(newId('shp')),
      () => product.insist((key) => product.adjust(a, { delta: 1 }, key)),
      () => product.insist(() => product.reserve(newId('ord'), [a])),
    ]
    const answers = await times(30, (i) => acts[i % 3]!())
    expect(answers.filter(({ status }) => ![200, 201, 409].includes(status))).toEqual([])
    expect((await product.stock.findOne({ _id: a }))!.onHand).toBe(8 - 8 + 10)
  })

  it.each<[string, number, string, (o: Awaited<ReturnType<typeof allocated>>, id: string) => Promise<Answered>]>([
    [
      'other lines under its id',
      422,
      'idempotency-key-reused',
      ({ orderId, a }, id) => product.ship(orderId, id, [line(a, 2)]),
    ],
    ['more than was ordered', 409, 'conflict', ({ orderId, a }) => product.ship(orderId, newId('shp'), [line(a, 2)])],
    [
      'a SKU that was not ordered',
      409,
      'conflict',
      ({ orderId }) => product.ship(orderId, newId('shp'), [line('NO-1', 1)]),
    ],
    [
      'one SKU twice',
      400,
      'validation',
      ({ orderId, a }) => product.ship(orderId, newId('shp'), [line(a, 1), line(a, 1)]),
    ],
    ['nothing', 400, 'validation', ({ orderId }) => product.ship(orderId, newId('shp'), [])],
    ['an unknown order', 404, 'not-found', ({ a }) => product.ship(newId('ord'), newId('shp'), [line(a, 1)])],
  ])('with %s is refused and changes nothing', async (_what, status, code, attempt) => {
    const order = await allocated()
    const id = newId('shp')
    await product.ship(order.orderId, id, [line(order.a, 1)])
    await eventually(() => expectConsistent(product))
    // `pending` goes to the ledger in its own time; `seq` counts what was moved.
    const read = () =>
      Promise.all([
        product.reservations.findOne({ _id: order.orderId }, { projection: { outbox: 0, outboxAt: 0 } }),
        product.stock.findOne({ _id: order.a }, { projection: { pending: 0, pendingAt: 0 } }),
      ])
    const before = await read()
    expect(await attempt(order, id)).toMatchObject({ status, body: { code } })
    expect(await read()).toEqual(before)
  })

  it('of an order that is not paid is refused with an alert', async () => {
    const sku = newSku()
    await product.sell([sku], 2)
    const orderId = newId('ord')
    await product.reserve(orderId, [sku])
    const before = await alerts('consume-refused')
    expect((await product.ship(orderId, newId('shp'), [line(sku, 1)])).body.code).toBe('illegal-transition')
    expect((await product.restock(orderId, newId('rfd'), [line(sku, 1)])).body.code).toBe('illegal-transition')
    expect(await alerts('consume-refused')).toBe(before + 1)
    expect((await product.reservation(orderId)).status).toBe('held')
  })
})

describe('a return', () => {
  it('comes back once per refund, up to what was shipped, and can be sold again', async () => {
    const { orderId, a, b } = await allocated()
    await product.ship(orderId, newId('shp'), [line(a, 2), line(b, 2)])
    const refundId = newId('rfd')
    const answers = await times(20, () => product.restock(orderId, refundId, [line(a, 1)]))
    expect([count(answers, 201), count(answers, 200)]).toEqual([1, 19])
    expect(answers[0]!.body).toMatchObject({ status: 'consumed', restocks: [refundId] })
    await eventually(async () =>
      expect(await product.stock.findOne({ _id: a })).toMatchObject({ onHand: 9, available: 9, reserved: 0 }),
    )
    expect((await product.restock(orderId, refundId, [line(a, 2)])).body.code).toBe('idempotency-key-reused')
    expect((await product.restock(orderId, newId('rfd'), [line(a, 2)])).body.code).toBe('conflict')
    const more = await times(20, () => product.restock(orderId, newId('rfd'), [line(a, 1)]))
    expect([count(more, 201), count(more, 409)]).toEqual([1, 19])
    expect((await product.reserve(newId('ord'), [a], 10)).body.status).toBe('held')
    await eventually(() => expect(answersTo(orderId).filter((type) => type === 'stock_restocked')).toHaveLength(2))
  })

  it('is seen by the reconciliation, as shipments are', async () => {
    const { orderId, a, b } = await allocated()
    const [shipmentId, refundId] = [newId('shp'), newId('rfd')]
    await product.ship(orderId, shipmentId, [line(b, 2), line(a, 2)])
    await product.restock(orderId, refundId, [line(a, 1)])
    await eventually(() => expectConsistent(product))
    const admin = { as: 'admin' } as const
    const audited = await product.call('GET', `/audit/reservations/${orderId}`, undefined, admin)
    expect(audited.body).toMatchObject({
      status: 'consumed',
      consumptions: [{ id: shipmentId, lines: [line(a, 2), line(b, 2)] }],
      restocks: [{ id: refundId, lines: [line(a, 1)] }],
    })
    const stocks = await product.call('GET', '/audit/stock?limit=100', undefined, admin)
    const of = (sku: string) => stocks.body.items.find((each: { sku: string }) => each.sku === sku)
    expect(of(a)).toMatchObject({ onHand: 9, received: 11, shipped: 2, movements: 3, lastSeq: 3, seq: 3, pending: 0 })
    expect(of(b)).toMatchObject({ onHand: 8, received: 10, shipped: 2, entries: [{ state: 'C', quantity: 0 }] })
  })
})

describe('a crash', () => {
  it('between the decision and the stock is finished by the sweeper; what was consumed is pruned, what is active never', async () => {
    const clock = fakeClock()
    const crashed = await startProduct({}, { clock })
    const { orderId, a, b } = await allocated(2, 10, crashed)
    const [shipmentId, refundId] = [newId('shp'), newId('rfd')]
    const due = { $set: { nextAttemptAt: clock.now() + 1000 }, $inc: { version: 1, rev: 1 } }
    await crashed.reservations.updateOne(
      { _id: orderId },
      { ...due, $push: { consumptions: { id: shipmentId, lines: [line(a, 2), line(b, 1)] } } },
    )
    clock.advance(1001)
    await eventually(async () => {
      expect(await crashed.stock.findOne({ _id: a })).toMatchObject({ onHand: 8, entries: [{ s: 'C' }] })
      expect(await crashed.stock.findOne({ _id: b })).toMatchObject({ onHand: 9, entries: [{ s: 'A', qty: 1 }] })
      expect((await crashed.reservations.findOne({ _id: orderId }))!.nextAttemptAt).toBeUndefined()
    })
    clock.advance(3_600_000 + 2000)
    // Not final yet: its closed entry waits for the rest.
    await eventually(async () =>
      expect((await crashed.stock.findOne({ _id: a }))!.pruneAt).toBeGreaterThan(clock.now()),
    )
    expect((await crashed.stock.findOne({ _id: a }))!.entries).toHaveLength(1)
    await crashed.ship(orderId, newId('shp'), [line(b, 1)])
    await crashed.reservations.updateOne(
      { _id: orderId },
      {
        $set: { nextAttemptAt: clock.now() + 1000 },
        $inc: { version: 1, rev: 1 },
        $push: { restocks: { id: refundId, lines: [line(a, 1)] } },
      },
    )
    clock.advance(3_600_000 + 2000)
    const { epoch } = (await crashed.reservations.findOne({ _id: orderId }))!
    await eventually(async () => {
      expect(await crashed.stock.findOne({ _id: a })).toMatchObject({
        onHand: 9,
        available: 9,
        entries: [],
        watermark: epoch,
      })
      expect(await crashed.stock.findOne({ _id: b })).toMatchObject({ onHand: 8, entries: [], watermark: epoch })
    })
    // A copy of the shipment that comes after all that is known from the ledger.
    await crashed.reservations.updateOne({ _id: orderId }, { $set: { nextAttemptAt: clock.now() }, $inc: { rev: 1 } })
    await eventually(async () =>
      expect((await crashed.reservations.findOne({ _id: orderId }))!.nextAttemptAt).toBeUndefined(),
    )
    await eventually(() => expectConsistent(crashed))
    await crashed.stop()
  })
})
