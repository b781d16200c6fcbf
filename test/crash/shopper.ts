import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, must, send } from './client.ts'
import { type CrashShop, price } from './crash-shop.ts'

/** How an order looks from outside. */
export interface OrderState {
  readonly status: string
  readonly paymentStatus: string
  readonly fulfilmentStatus: string
}

/** Two of one thing and one of another: both SKUs are held in turn. */
export const quantities = [2, 1] as const
const total = { amount: 3 * price, currency: 'IDR' }
const patienceMs = 60_000
const lookEveryMs = 30

export async function newCart({ urls, skus, asCustomer }: CrashShop): Promise<string> {
  const token = await asCustomer()
  const { cart } = await must('POST', `${urls.order}/carts`, { token, body: {} })
  for (const [n, sku] of skus.entries())
    await must('PUT', `${urls.order}/carts/${cart.id}/lines/${sku}`, { token, body: { quantity: quantities[n] } })
  return cart.id
}

/** Resolves with the order's id. The key is the cart's: a client keeps it before it sends. */
export async function place({ urls, asCustomer }: CrashShop, cartId: string, paymentMethod?: string): Promise<string> {
  const { status, body } = await send('POST', `${urls.order}/orders`, {
    token: await asCustomer(),
    key: `place-${cartId}`,
    prefer: 'wait=2',
    body: { cartId, expectedTotal: total, ...(paymentMethod ? { paymentMethod } : {}) },
  })
  const id: unknown = body?.id ?? body?.orderId
  if (typeof id !== 'string') throw new Error(`POST /orders: ${status} ${JSON.stringify(body)}`)
  return id
}

/** An act on an order, repeated with its key until the outcome is known. */
export async function act(shop: CrashShop, id: string, what: string, body: unknown, by: 'customer' | 'staff') {
  const token = by === 'staff' ? await shop.asStaff() : await shop.asCustomer()
  return send('POST', `${shop.urls.order}/orders/${id}/${what}`, { token, key: randomUUID(), body })
}

/** The same, for an act that must be accepted: the body of the answer. */
export async function mustAct(...args: Parameters<typeof act>): Promise<Answer['body']> {
  const { status, body } = await act(...args)
  if (status !== 201) throw new Error(`POST …/${args[2]}: ${status} ${JSON.stringify(body)}`)
  return body
}

/** Polls the order until this holds. @throws Error with what was told last */
async function poll(shop: CrashShop, id: string, fault: (order: Answer['body']) => string): Promise<void> {
  const untilMs = performance.now() + patienceMs
  for (;;) {
    const order = await must('GET', `${shop.urls.order}/orders/${id}`, { token: await shop.asCustomer() })
    const found = fault(order)
    if (found === '') return
    if (performance.now() > untilMs) throw new Error(`${id}: ${found} after ${patienceMs / 1000} s`)
    await sleep(lookEveryMs)
  }
}

export const until = (shop: CrashShop, id: string, wanted: Partial<OrderState>): Promise<void> =>
  poll(shop, id, (order) =>
    Object.entries(wanted)
      .filter(([field, value]) => order[field] !== value)
      .map(([field]) => `${field} ${order[field]}`)
      .join(', '),
  )

/** Everything that was asked of goods and money is done. */
export const untilDone = (shop: CrashShop, id: string): Promise<void> =>
  poll(shop, id, ({ shipments, refunds }) => {
    const waiting = [...shipments, ...refunds].filter(
      ({ state, restock }) => state === 'requested' || restock === 'requested',
    )
    return waiting.map((each) => `${each.id} ${each.state} ${each.restock ?? ''}`).join(', ')
  })
