import { describe, expect, it } from 'vitest'
import type { Reservation } from '@toko/contracts'
import { fakeClock } from '@toko/testkit'
import { memoryOrderStore } from '../../test/memory-order-store.ts'
import type { Shipment } from '../domain/acts.ts'
import type { RefundOutcome } from '../domain/apply-payment.ts'
import type { Order } from '../domain/order.ts'
import { attempt, limits, paid } from '../domain/order.fixture.ts'
import type { Alerts, PaymentProvider, Stock } from '../ports.ts'
import { soundOrderStore } from '../store/sound-order-store.ts'
import { answerOverdue } from './answer-overdue.ts'
import { applyStockAnswer } from './apply-stock-answer.ts'
import type { Protocol } from './protocol.ts'
import { sweepOrders } from './sweep-orders.ts'

const hour = 3_600_000
const idOf = (n: number) => `ord_${String(n).padStart(32, '0')}`

/** A shop of one replica in memory, its neighbours as the test says. */
function shop(neighbours: { stock?: Partial<Stock>; provider?: Partial<PaymentProvider> } = {}) {
  const clock = fakeClock(0)
  const raised: (readonly [string, string])[] = []
  const alerts: Alerts = { raise: (kind, orderId) => void raised.push([kind, orderId]) }
  const store = memoryOrderStore({ clock })
  const silent = async () => undefined
  const unknown = async () => ({ kind: 'unknown' }) as const
  const protocol: Protocol = {
    store: soundOrderStore(store, { alerts, clock }),
    stock: {
      reserve: silent,
      release: silent,
      allocate: silent,
      free: silent,
      consume: silent,
      restock: silent,
      ...neighbours.stock,
    },
    provider: {
      authorise: unknown,
      void: unknown,
      capture: unknown,
      query: unknown,
      refund: unknown,
      ...neighbours.provider,
    },
    alerts,
    clock,
    limits,
    resume: (_, run) => run(),
  }
  return {
    protocol,
    clock,
    raised,
    order: (n = 1) => store.all.get(idOf(n))!,
    async add(n: number, change: Partial<Order>): Promise<void> {
      const id = idOf(n)
      const payments = [attempt({ key: `${id}:1`, state: 'captured' })]
      const unique = { _id: id, idemKey: id, cartId: id, number: id, dueAt: 0, payments }
      await store.insert(paid({ ...unique, ...change }), [])
    },
  }
}

const openRefund = {
  id: 'rfd_1',
  key: 'k',
  bodyHash: '',
  at: 0,
  reason: '',
  amountMinor: 1000,
  state: 'requested',
} as const
const shipment: Shipment = {
  id: 'shp_1',
  key: 'k',
  bodyHash: '',
  at: 0,
  lines: [{ sku: 'TEA-1', quantity: 1 }],
  carrier: 'JNE',
  state: 'requested',
}
const shipped = (): Partial<Order> => ({
  status: 'shipped',
  version: 6,
  history: [...paid().history, { version: 6, status: 'shipped', act: 'shipment', at: 5 }],
  shipments: [shipment],
})
const allocated = (change: Partial<Reservation>): Reservation => ({
  orderId: idOf(1),
  status: 'allocated',
  lines: [],
  createdAt: '',
  ...change,
})

describe('the sweeper', () => {
  it('looks again when a limit ends an order, however long its pause has become', async () => {
    const { protocol, clock, order, add } = shop()
    const paying: Partial<Order> = {
      status: 'paying',
      version: 3,
      history: paid().history.slice(0, 3),
      payments: [attempt({ key: `${idOf(1)}:1`, firstCallAt: 0 })],
      attempts: 6, // the next pause is 30 s at least
    }
    await add(1, { ...paying, dueAt: limits.payingLimitMs - 1000 })
    clock.advance(limits.payingLimitMs - 1000)
    await sweepOrders(protocol)
    expect(order().dueAt).toBe(limits.payingLimitMs + 1)
    clock.advance(1001)
    await sweepOrders(protocol)
    expect(order()).toMatchObject({ status: 'voiding', reason: 'payment-timeout' })
  })

  it('parks orders that make no sense, and takes the others of the batch', async () => {
    const { protocol, order, add, raised } = shop({
      provider: { refund: async () => ({ kind: 'succeeded', amountMinor: 1000 }) },
    })
    for (let n = 1; n <= 25; n++) await add(n, n % 2 ? { history: [] } : { refunds: [openRefund] })
    await sweepOrders(protocol)
    await sweepOrders(protocol)
    for (let n = 1; n <= 25; n += 2) {
      expect(order(n)).toMatchObject({ parked: { at: 0 } })
      expect(order(n)).not.toHaveProperty('dueAt')
    }
    for (let n = 2; n <= 25; n += 2)
      expect(order(n)).toMatchObject({ refunds: [{ state: 'succeeded' }], status: 'confirmed' })
    expect(raised.filter(([kind]) => kind === 'parked')).toHaveLength(13)
    expect(await protocol.store.get(idOf(1)).catch((error: Error) => error)).toMatchObject({ code: 'conflict' })
  })

  it('goes on with the others when the step of one throws, and looks at that one later', async () => {
    const provider = {
      refund: async (key: string): Promise<RefundOutcome> => {
        if (key.startsWith(idOf(1))) throw new Error('a bug')
        return { kind: 'succeeded', amountMinor: 1000 }
      },
    }
    const { protocol, order, add, raised, clock } = shop({ provider })
    await add(1, { refunds: [openRefund] })
    await add(2, { refunds: [openRefund] })
    await sweepOrders(protocol)
    expect(order(2).refunds).toMatchObject([{ state: 'succeeded' }])
    expect(order(1)).toMatchObject({ refunds: [{ state: 'requested' }], attempts: 1 })
    expect(order(1).dueAt).toBeGreaterThan(clock.now())
    expect(raised).toEqual([['step-failed', idOf(1)]])
  })

  it('repeats the commands of shipments and restocks that nobody has answered, and takes the answer', async () => {
    const asked: string[] = []
    const consume: Stock['consume'] = async (_order, { id }) => {
      asked.push(id)
      return asked.length < 2 ? undefined : allocated({ consumptions: [id] })
    }
    const { protocol, order, add, clock } = shop({ stock: { consume } })
    await add(1, shipped())
    await sweepOrders(protocol)
    expect(order().outbox).toMatchObject([{ type: 'order_shipped', version: 6 }])
    expect(order().shipments).toMatchObject([{ state: 'requested' }])
    clock.advance(60_000)
    await sweepOrders(protocol)
    expect(order()).toMatchObject({ shipments: [{ state: 'consumed' }], version: 6 })
    expect(order()).not.toHaveProperty('dueAt')
    clock.advance(hour)
    expect(await sweepOrders(protocol)).toBe(0)
  })

  it('lets no piece of work wait for another: the goods leave while the provider is silent', async () => {
    const { protocol, order, add } = shop({ stock: { consume: async () => allocated({ consumptions: ['shp_1'] }) } })
    await add(1, { ...shipped(), refunds: [openRefund] })
    await sweepOrders(protocol)
    expect(order()).toMatchObject({ shipments: [{ state: 'consumed' }], refunds: [{ state: 'requested' }] })
    expect(order().dueAt).toBeDefined()
  })

  it('tells a person of what is not done for long, and of answers that contradict the order', async () => {
    const refund = async () => ({ kind: 'refused' }) as const
    const { protocol, add, raised, clock } = shop({ provider: { refund }, stock: { free: async () => allocated({}) } })
    const freeing = {
      status: 'freeing',
      version: 6,
      cancellation: { id: 'cnl_1', key: 'k', by: 'user', at: 0 },
    } as const
    await add(1, { ...freeing, history: [...paid().history, { version: 6, status: 'freeing', at: 5 }] })
    await add(2, { ...shipped(), refunds: [openRefund] })
    await sweepOrders(protocol)
    expect(raised.map(([kind]) => kind).toSorted()).toEqual(['not-freed', 'refund-refused'])
    clock.advance(limits.captureAlertMs + 10)
    await sweepOrders(protocol)
    const kinds = raised.slice(2).map(([kind, id]) => `${kind} ${id === idOf(1) ? 1 : 2}`)
    expect(kinds.toSorted()).toEqual([
      'not-freed 1',
      'refund-late 2',
      'refund-refused 2',
      'stock-late 1',
      'stock-late 2',
    ])
  })
})

describe('a clock that jumped ahead and back', () => {
  it('hides no order: a due time that nobody could have set is due', async () => {
    const { protocol, order, add, clock } = shop({
      provider: { refund: async () => ({ kind: 'succeeded', amountMinor: 1000 }) },
    })
    await add(1, { refunds: [openRefund], dueAt: clock.now() + limits.unpaidHoldMs })
    await add(2, { refunds: [openRefund], dueAt: clock.now() + hour })
    await sweepOrders(protocol)
    expect(order(1).refunds).toMatchObject([{ state: 'requested' }])
    expect(order(2).refunds).toMatchObject([{ state: 'succeeded' }])
  })
})

describe('an old message', () => {
  it('of a time when the stock was allocated is no alarm for an order that is being freed', async () => {
    const { protocol, order, add, raised } = shop()
    const freeing = {
      status: 'freeing',
      version: 6,
      cancellation: { id: 'cnl_1', key: 'k', by: 'user', at: 0 },
    } as const
    await add(1, { ...freeing, history: [...paid().history, { version: 6, status: 'freeing', at: 5 }] })
    for (const status of ['held', 'allocated'] as const)
      await applyStockAnswer(protocol, { orderId: idOf(1), status, lines: [] })
    expect([order().status, raised]).toEqual(['freeing', []])
  })

  it('of an overdue hold ends only what has ended (R14)', async () => {
    const { protocol, order, add } = shop()
    await add(1, shipped())
    const ended = (['pending', 'cancelling', 'cancelled'] as const).map((status, n) => ({
      version: n + 1,
      status,
      at: n,
    }))
    await add(2, { status: 'cancelled', reason: 'cancelled-by-user', version: 3, history: ended, payments: [] })
    for (const n of [1, 2]) await answerOverdue(protocol, idOf(n))
    expect(order(1).outbox.map(({ type }) => type)).toEqual(['reservation_kept'])
    expect(order(2).outbox.map(({ type }) => type)).toEqual(['order_cancelling'])
  })
})

describe('a refund whose key the provider may have forgotten (R12)', () => {
  const two = [openRefund, { ...openRefund, id: 'rfd_2', amountMinor: 500 }]
  async function swept(known: readonly string[] | undefined) {
    const calls: string[] = []
    const { protocol, order, add, clock } = shop({
      provider: {
        query: async () => ({
          kind: 'captured',
          ...(known && { refunds: two.filter(({ id }) => known.includes(id)) }),
        }),
        async refund(_key, { id, amountMinor }) {
          calls.push(id)
          return { kind: 'succeeded', amountMinor }
        },
      },
    })
    await add(1, { refunds: two })
    clock.advance(limits.keyLifeMs)
    await sweepOrders(protocol)
    return { calls, states: order().refunds!.map(({ state }) => state) }
  }

  it('is paid under the same key when the provider has paid nothing', async () => {
    expect(await swept([])).toMatchObject({ calls: ['rfd_1', 'rfd_2'], states: ['succeeded', 'succeeded'] })
  })

  it('is taken as paid when the provider has paid it, and only then', async () => {
    expect(await swept(['rfd_1', 'rfd_2'])).toMatchObject({ calls: [], states: ['succeeded', 'succeeded'] })
    expect(await swept(['rfd_1'])).toMatchObject({ calls: ['rfd_2'], states: ['succeeded', 'succeeded'] })
  })

  it('waits for a provider that does not tell', async () => {
    expect(await swept(undefined)).toMatchObject({ calls: [], states: ['requested', 'requested'] })
  })
})
