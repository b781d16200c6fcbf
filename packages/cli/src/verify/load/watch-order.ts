import { setTimeout as sleep } from 'node:timers/promises'
import { Order } from '@toko/contracts'
import type { ShopConnection } from '../../shop/connect.ts'
import { movingStatuses } from '../../shop/moving-statuses.ts'
import type { Customer } from './customers.ts'
import { type Patience, patiently } from './patience.ts'

/** It does nothing by itself any more: final, or waiting for somebody. */
const isSettled = ({ status, payments, shipments, refunds }: Order) =>
  !movingStatuses.has(status) &&
  !shipments.some(({ state }) => state === 'requested') &&
  !refunds.some(({ state, restock }) => state === 'requested' || restock === 'requested') &&
  (status !== 'reserved' || !payments.some(({ state }) => state === 'requested' || state === 'unknown'))

const isPaid = (order: Order) =>
  isSettled(order) && (order.status !== 'confirmed' || order.paymentStatus !== 'authorised')

export interface OrderWatch {
  /** The order once it does nothing by itself. Null when patience ended first. */
  settled(orderId: string): Promise<Order | null>
  /** The same, and its money is taken if there is any to take: goods leave and money goes back only then. */
  paid(orderId: string): Promise<Order | null>
}

interface WatchNeeds {
  readonly shop: ShopConnection
  readonly limits: Patience
  readonly customer: Customer
}

/** Looks at an order as its customer does, more and more seldom. */
export function orderWatch({ shop, limits, customer }: WatchNeeds): OrderWatch {
  const look = (id: string) =>
    patiently(limits, async () =>
      shop.order.call({
        method: 'GET',
        path: '/orders/{id}',
        params: { id },
        headers: await customer.authorization(),
        breaker: false,
        answer: { 200: Order },
      }),
    )
  const once = (isReached: (order: Order) => boolean) => async (orderId: string) => {
    const untilMs = limits.untilMs()
    for (let pauseMs = 30; ; pauseMs = Math.min(1000, pauseMs * 2)) {
      const { body: order } = await look(orderId)
      if (isReached(order)) return order
      if (performance.now() + pauseMs > Math.min(untilMs, limits.untilMs())) return null
      await sleep(pauseMs)
    }
  }
  return { settled: once(isSettled), paid: once(isPaid) }
}
