import { memoryOrderStore } from '../../services/order/test/memory-order-store.ts'
import { memoryProviderEventStore } from '../../services/order/test/memory-provider-event-store.ts'
import type { Cart } from '../../services/order/src/domain/cart.ts'
import { eventOf } from '../../services/payment/src/store/payment-events.ts'
import { memoryPaymentStore } from '../../services/payment/test/memory-payment-store.ts'
import { memoryReservationStore } from '../../services/product/test/memory-reservation-store.ts'
import { memoryStock, memoryStockStore } from '../../services/product/test/memory-stock-store.ts'
import type { Books } from './books.ts'
import { memoryDeliveries } from './deliveries.ts'
import { checkPaymentWrite } from './money-rules.ts'
import { checkOrderWrite } from './order-rules.ts'
import type { Outboxes, Waiting } from './outbox.ts'
import type { Profile } from './profile.ts'
import type { ServiceClock, ServiceName } from './replica.ts'
import type { World } from './world.ts'

/** Names of the world's SKUs, sorted. */
export const skus = ['TEA-1', 'TEA-2'] as const

/** The databases of all three services: what survives every crash. */
export function createDatabases(world: World, profile: Profile, clocks: Readonly<Record<ServiceName, ServiceClock>>) {
  /** Set by the shop: tells relays and sweepers that a document changed. */
  const listeners = {
    order: (_id: string) => {},
    inbox: (_id: string) => {},
    payment: (_key: string) => {},
  }
  const orders = memoryOrderStore({
    clock: clocks.order,
    onWrite(before, after) {
      if (before && before.version !== after.version) {
        const step = `${before.status}→${after.status}`
        world.tally.transitions[step] = (world.tally.transitions[step] ?? 0) + 1
        if (world.timeline)
          world.note(
            'orders',
            `${after._id.slice(-2)} ${step}${after.reason ? ` (${after.reason})` : ''} v${after.version}`,
          )
      }
      checkOrderWrite(world, books, before, after)
      listeners.order(after._id)
    },
  })
  const inbox = memoryProviderEventStore(clocks.order, ({ _id }) => listeners.inbox(_id))
  const paymentOutbox = new Map<string, Waiting[]>()
  const payments = memoryPaymentStore((payment, effects) => {
    const waiting = paymentOutbox.get(payment.key) ?? []
    for (const effect of effects)
      waiting.push({ id: `evt_${hex(world.seed, world.next())}`, event: eventOf(payment, effect) })
    if (profile.hasWebhooks) paymentOutbox.set(payment.key, waiting)
    checkPaymentWrite(world, books, payment, effects)
    listeners.payment(payment.key)
  })
  const reservations = memoryReservationStore()
  const stock = memoryStockStore()
  const received = new Map<string, number>()
  profile.stock.forEach((units, i) => {
    stock.all.set(skus[i]!, memoryStock(units))
    received.set(skus[i]!, units)
  })
  const books: Books = {
    orders,
    inbox,
    reservations: reservations.all,
    stock: stock.all,
    payments: payments.all,
    received,
  }
  const outboxes = {
    orders: outboxesOf('orders', orders.safe, (id, ids) => orders.forget(id, ids)),
    inbox: outboxesOf('inbox', inbox.all, (id, ids) => inbox.forget(id, ids)),
    reservations: outboxesOf('reservations', reservations.all, (id, ids) => {
      for (const entry of ids) reservations.forget(id, entry)
    }),
    payments: {
      collection: 'payments',
      waiting: (key) => paymentOutbox.get(key) ?? [],
      ids: () => [...paymentOutbox.keys()],
      forget(key, ids) {
        const rest = (paymentOutbox.get(key) ?? []).filter(({ id }) => !ids.includes(id))
        if (rest.length > 0) paymentOutbox.set(key, rest)
        else paymentOutbox.delete(key)
      },
    } satisfies Outboxes,
  }
  return {
    orders,
    inbox,
    payments,
    reservations,
    stock,
    carts: new Map<string, Cart>(),
    deliveries: memoryDeliveries(),
    books,
    outboxes,
    listeners,
  }
}

export type Databases = ReturnType<typeof createDatabases>

/** 32 hexadecimal digits: unique within a world, and different in every world. */
export const hex = (seed: number, serial: number): string =>
  (seed >>> 0).toString(16).padStart(16, '0') + serial.toString(16).padStart(16, '0')

function outboxesOf(
  collection: string,
  documents: ReadonlyMap<string, { readonly _id: string; readonly outbox: readonly Waiting[] }>,
  forget: Outboxes['forget'],
): Outboxes {
  return {
    collection,
    waiting: (id) => documents.get(id)?.outbox ?? [],
    ids: () => [...documents.values()].flatMap(({ _id, outbox }) => (outbox.length > 0 ? [_id] : [])),
    forget,
  }
}
