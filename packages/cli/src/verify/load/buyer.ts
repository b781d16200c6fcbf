import { CreatedCart, type MovedLines, type PaymentMethod } from '@toko/contracts'
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
  return(orderId: string, lines: MovedLines): Promise<Told>
}

/** Their requests, each with its key. */
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

  const onOrder = (op: 'pay' | 'cancel' | 'return', path: string, orderId: string, body: unknown) =>
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
    return: (orderId, lines) => onOrder('return', '/orders/{id}/returns', orderId, { lines, reason: 'toko verify' }),
  }
}
