import type { CreateRefund, CreateReturn, CreateShipment, PaymentEvent, PlaceOrder } from '@toko/contracts'
import { errors } from '@toko/contracts'
import type { ServiceClient } from '@toko/http'
import { eventStock } from '../../services/order/src/clients/event-stock.ts'
import { remotePaymentProvider } from '../../services/order/src/clients/remote-payment-provider.ts'
import { remoteStock } from '../../services/order/src/clients/remote-stock.ts'
import type { Order } from '../../services/order/src/domain/order.ts'
import { orderEventHandlers } from '../../services/order/src/events.ts'
import { advanceOrder } from '../../services/order/src/features/advance-order.ts'
import { cancelOrder } from '../../services/order/src/features/cancel-order.ts'
import { deliverShipment } from '../../services/order/src/features/deliver-shipment.ts'
import { payOrder } from '../../services/order/src/features/pay-order.ts'
import { makePlaceOrder } from '../../services/order/src/features/place-order.ts'
import type { Protocol } from '../../services/order/src/features/protocol.ts'
import { refundOrder } from '../../services/order/src/features/refund-order.ts'
import { returnOrder } from '../../services/order/src/features/return-order.ts'
import { shipOrder } from '../../services/order/src/features/ship-order.ts'
import { sweepOrders } from '../../services/order/src/features/sweep-orders.ts'
import { keepProviderEvent, sweepProviderEvents } from '../../services/order/src/features/take-provider-event.ts'
import type { CartStore } from '../../services/order/src/store/cart-store.ts'
import { soundOrderStore } from '../../services/order/src/store/sound-order-store.ts'
import { hex } from './databases.ts'
import { byType } from './bus.ts'
import { expectKnown } from './network.ts'
import * as ports from './ports.ts'
import { callDatabase, type Replica } from './replica.ts'
import { Sweeper } from './sweeper.ts'
import { earliest, relaySweeper, type Wiring } from './wiring.ts'

/** What clients and the provider reach in one replica of the order service: the features behind its routes. */
export interface OrderSide {
  readonly replica: Replica
  readonly protocol: Protocol
  place(userId: string, idemKey: string, body: PlaceOrder): Promise<Order>
  get(id: string): Promise<Order>
  cancel(id: string, key: string): Promise<Order>
  pay(id: string, key: string, method: string): Promise<Order>
  ship(id: string, key: string, body: CreateShipment): Promise<Order>
  deliver(id: string, key: string, shipmentId: string): Promise<Order>
  refund(id: string, key: string, body: CreateRefund): Promise<Order>
  returnGoods(id: string, key: string, body: CreateReturn): Promise<Order>
  takeWebhook(event: PaymentEvent): Promise<void>
}

const noLog = { warn() {}, error() {} } as never

/** Alerts for what no fault may ever lead to. */
const never = new Set([
  'not-allocated',
  'captured-while-voiding',
  'body-differs',
  'allocate-refused',
  'payment-orphaned',
  'not-freed',
  'refund-refused',
  'free-refused',
  'consume-refused',
  'restock-refused',
  'parked',
])

export function alertsOf({ world }: Wiring, replica: Replica) {
  return {
    raise(kind: string, orderId: string) {
      if (world.timeline) world.note(replica.name, `ALERT ${kind} ${orderId.slice(-2)}`)
      if (never.has(kind)) world.violate('alert', `${kind} of ${orderId}`)
    },
  }
}

function cartsOf({ db }: Wiring, replica: Replica): CartStore {
  return {
    insert: async (cart) => void db.carts.set(cart._id, cart),
    get: (id) => callDatabase(replica, 'carts.get', 'read', async () => db.carts.get(id) ?? null),
    write: async (_from, to) => to,
    markOrdered: (id, orderId) =>
      callDatabase(replica, 'carts.markOrdered', 'write', async () => {
        const cart = db.carts.get(id)
        if (cart?.status === 'open') db.carts.set(id, { ...cart, status: 'ordered', orderId })
      }),
  }
}

const unpaid = new Set(['pending', 'reserved', 'paying'])

export function startOrder(
  wiring: Wiring,
  replica: Replica,
  clients: { readonly stock: ServiceClient; readonly provider: ServiceClient },
): OrderSide {
  const { world, profile, db, clocks, broker, relays, alarms } = wiring
  const relay = relays.get(replica)!
  const alerts = alertsOf(wiring, replica)
  const store = ports.orderStoreOf(replica, db.orders, ({ _id }) => void relay.drain(db.outboxes.orders, _id))
  const protocol: Protocol = {
    store: soundOrderStore(store, { alerts, clock: clocks.order }),
    stock: profile.callsStock ? remoteStock(clients.stock, noLog) : eventStock,
    provider: remotePaymentProvider(clients.provider, noLog),
    alerts,
    clock: clocks.order,
    limits: profile.order,
    resume: (_, run) => run(),
  }
  const inbox = ports.inboxOf(replica, db.inbox)
  const id = (prefix: string) => `${prefix}_${hex(world.seed, world.next())}`
  const placeOrder = makePlaceOrder({
    protocol,
    carts: cartsOf(wiring, replica),
    newId: () => id('ord'),
    newNumber: () => id('n'),
    countUnpaid: (userId) =>
      callDatabase(replica, 'orders.countUnpaid', 'read', async () => {
        let count = 0
        for (const order of db.orders.safe.values()) if (order.userId === userId && unpaid.has(order.status)) count++
        return count
      }),
    maxUnpaidPerUser: profile.maxUnpaid,
  })
  const later = (order: Order) =>
    void advanceOrder(protocol, order).catch((error: unknown) => expectKnown(world, `${replica.name} advance`, error))
  const get = async (orderId: string) => {
    const order = await protocol.store.get(orderId)
    if (!order) throw errors.notFound()
    return order
  }
  const act = async (orderId: string, change: (order: Order) => Promise<Order>) => {
    const changed = await change(await get(orderId))
    later(changed)
    return changed
  }
  alarms.add(
    'orders',
    new Sweeper(
      replica,
      'orders',
      () => sweepOrders(protocol),
      () => earliest(db.orders.safe.values(), ({ dueAt }) => dueAt, clocks.order),
    ),
    'order',
  )
  alarms.add(
    'inbox',
    new Sweeper(
      replica,
      'inbox',
      () => sweepProviderEvents(protocol, inbox),
      () => earliest(db.inbox.all.values(), ({ dueAt }) => dueAt, clocks.order),
    ),
    'order',
  )
  relaySweeper(wiring, replica, [db.outboxes.orders, db.outboxes.inbox])
  broker.join(
    'order',
    replica,
    byType(() => orderEventHandlers(protocol)),
  )
  return {
    replica,
    protocol,
    async place(userId, idemKey, body) {
      const order = await placeOrder({ userId, idemKey, body })
      later(order)
      return order
    },
    get,
    cancel: (orderId, key) => act(orderId, (order) => cancelOrder(protocol, order, { id: id('cnl'), key, by: 'user' })),
    pay: (orderId, key, method) => act(orderId, (order) => payOrder(protocol, order, method, key)),
    ship: (orderId, key, body) => act(orderId, (order) => shipOrder(protocol, order, { id: id('shp'), key, body })),
    deliver: (orderId, key, shipment) => act(orderId, (order) => deliverShipment(protocol, order, shipment, key)),
    refund: (orderId, key, body) => act(orderId, (order) => refundOrder(protocol, order, { id: id('rfd'), key, body })),
    returnGoods: (orderId, key, body) =>
      act(orderId, (order) => returnOrder(protocol, order, { id: id('rtn'), key, body })),
    takeWebhook: (event) => keepProviderEvent(inbox, 'toko', event, clocks.order.now()),
  }
}
