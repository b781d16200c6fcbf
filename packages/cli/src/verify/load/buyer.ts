import { setTimeout as sleep } from 'node:timers/promises'
import { CreatedCart, Order, type PaymentMethod } from '@toko/contracts'
import type { ShopConnection } from '../../shop/connect.ts'
import type { Act, ActOut, Sender } from './act.ts'
import type { Told } from './attempt.ts'
import type { Customer } from './customers.ts'
import { priceMinor } from './goods.ts'
import { type Patience, patiently } from './patience.ts'
import type { Plan } from './plan-journey.ts'

interface BuyerNeeds {
  readonly shop: ShopConnection
  readonly limits: Patience
  readonly act: ActOut
  readonly run: string
  readonly plan: Plan
  readonly customer: Customer
  readonly sender: Sender
}

interface Placing {
  readonly method?: PaymentMethod
  /** 0: take the first answer, the order goes on by itself. */
  readonly waitS?: number
  /** The same request so many times at once. */
  readonly times?: number
}

/** One person with one order, as a journey moves them. */
export interface Buyer {
  /** Fills a cart and orders it; the order's id, or null when the shop made none. */
  place(how?: Placing): Promise<string | null>
  /** Another body under the key of this order: it must be refused. */
  placeOther(): Promise<Told>
  pay(orderId: string, method: PaymentMethod): Promise<Told>
  cancel(orderId: string): Promise<Told>
  /** The order once it does nothing by itself: final, or waiting for its customer. Null when patience ended first. */
  settled(orderId: string): Promise<Order | null>
}

const isUnderWay = ({ status, payments }: Order) =>
  ['pending', 'paying', 'authorised', 'voiding', 'cancelling', 'freeing', 'refunding'].includes(status) ||
  (status === 'reserved' && payments.some(({ state }) => state === 'requested' || state === 'unknown'))

export function buyer({ shop, limits, act, run, plan, customer, sender }: BuyerNeeds): Buyer {
  const key = (what: string) => `verify-${run}-${plan.n}-${what}`
  const common = {
    journey: plan.journey,
    userId: customer.id,
    authorization: () => customer.authorization(),
    onRefused: () => customer.forget(),
  }
  const totalMinor = priceMinor * plan.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  let placed: Act | undefined

  async function filledCart(): Promise<string> {
    const headers = () => customer.authorization()
    const made = await patiently(limits, async () =>
      shop.order.call({
        method: 'POST',
        path: '/carts',
        headers: await headers(),
        body: {},
        answer: { 201: CreatedCart },
      }),
    )
    const { id } = made.body.cart
    for (const { sku, quantity } of plan.lines)
      await patiently(limits, async () =>
        shop.order.call({
          method: 'PUT',
          path: '/carts/{id}/lines/{sku}',
          params: { id, sku },
          headers: await headers(),
          body: { quantity },
          answer: { 200: null },
        }),
      )
    return id
  }

  const onOrder = (op: 'pay' | 'cancel', path: string, orderId: string, body: unknown) =>
    act({ ...common, op, path, params: { id: orderId }, orderId, body, key: key(op) }, sender)

  return {
    async place({ method, waitS = 2, times = 1 } = {}) {
      const body = {
        cartId: await filledCart(),
        expectedTotal: { amount: totalMinor, currency: 'IDR' },
        ...(method ? { paymentMethod: method } : {}),
      }
      const wanted: Act = { ...common, op: 'place', path: '/orders', body, key: key('place'), waitS }
      placed = wanted
      const told = await Promise.all(Array.from({ length: times }, () => act(wanted, sender)))
      return told.find(({ orderId }) => orderId !== null)?.orderId ?? null
    },
    placeOther() {
      const body = { ...(placed!.body as object), expectedTotal: { amount: totalMinor + 1, currency: 'IDR' } }
      return act({ ...placed!, body }, sender)
    },
    pay: (orderId, paymentMethod) => onOrder('pay', '/orders/{id}/payments', orderId, { paymentMethod }),
    cancel: (orderId) => onOrder('cancel', '/orders/{id}/cancellations', orderId, { reason: 'toko verify' }),
    async settled(orderId) {
      const untilMs = limits.untilMs()
      for (let pauseMs = 30; ; pauseMs = Math.min(1000, pauseMs * 2)) {
        const { body: order } = await patiently(limits, async () =>
          shop.order.call({
            method: 'GET',
            path: '/orders/{id}',
            params: { id: orderId },
            headers: await customer.authorization(),
            breaker: false,
            answer: { 200: Order },
          }),
        )
        if (!isUnderWay(order)) return order
        if (performance.now() + pauseMs > Math.min(untilMs, limits.untilMs())) return null
        await sleep(pauseMs)
      }
    },
  }
}
