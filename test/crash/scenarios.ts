import { randomUUID } from 'node:crypto'
import { type Answer, must, send } from './client.ts'
import { type CrashShop, price } from './crash-shop.ts'

/** What an order's life leaves on the shelves, by SKU of the shop. */
export interface Left {
  readonly onHand: number
  readonly reserved: number
}

export interface Scenario {
  readonly name: string
  /** Brings an order to where the scenario begins; nothing crashes yet. Its id, or what the act needs. */
  prepare(shop: CrashShop): Promise<string>
  /** Acts as a client does that never gives up; resolves with the order's id. */
  act(shop: CrashShop, prepared: string): Promise<string>
  /** How the order must end, whatever crashed. */
  readonly end: { readonly status: string; readonly paymentStatus: string; readonly fulfilmentStatus: string }
  /** Change of the stock of the two SKUs by the whole life of the order, preparation included. */
  readonly left: readonly [Left, Left]
}

/** Two of one thing and one of another: both SKUs are held in turn. */
const quantities = [2, 1] as const
const total = { amount: 3 * price, currency: 'IDR' }
const held = (onHand: readonly number[], reserved: readonly number[]) =>
  [0, 1].map((n) => ({ onHand: onHand[n]!, reserved: reserved[n]! })) as unknown as readonly [Left, Left]
const kept = held([0, 0], [2, 1])
const nothing = held([0, 0], [0, 0])

async function newCart({ urls, skus, asCustomer }: CrashShop): Promise<string> {
  const token = await asCustomer()
  const { cart } = await must('POST', `${urls.order}/carts`, { token, body: {} })
  for (const [n, sku] of skus.entries())
    await must('PUT', `${urls.order}/carts/${cart.id}/lines/${sku}`, { token, body: { quantity: quantities[n] } })
  return cart.id
}

/** The key is the cart's: a client keeps it before it sends. */
async function place({ urls, asCustomer }: CrashShop, cartId: string, paymentMethod?: string): Promise<string> {
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

const orderOf = async ({ urls, asCustomer }: CrashShop, id: string): Promise<Answer['body']> =>
  must('GET', `${urls.order}/orders/${id}`, { token: await asCustomer() })

/** Polls until the order is as it should be. @throws Error with what it is instead */
export async function until(shop: CrashShop, id: string, wanted: Partial<Scenario['end']>): Promise<void> {
  const untilMs = performance.now() + 60_000
  for (;;) {
    const order = await orderOf(shop, id)
    const differences = Object.entries(wanted).filter(([field, value]) => order[field] !== value)
    if (differences.length === 0) return
    if (performance.now() > untilMs)
      throw new Error(`${id}: ${differences.map(([field]) => `${field} ${order[field]}`).join(', ')} after 60 s`)
  }
}

const paid = { status: 'confirmed', paymentStatus: 'paid', fulfilmentStatus: 'unfulfilled' }
const gone = { status: 'cancelled', fulfilmentStatus: 'none' }

async function placePaid(shop: CrashShop): Promise<string> {
  const id = await place(shop, await newCart(shop), 'card_ok')
  await until(shop, id, paid)
  return id
}

async function placeUnpaid(shop: CrashShop): Promise<string> {
  const id = await place(shop, await newCart(shop))
  await until(shop, id, { status: 'reserved' })
  return id
}

const asked = async (shop: CrashShop, id: string, what: string, body: unknown) =>
  send('POST', `${shop.urls.order}/orders/${id}/${what}`, { token: await shop.asCustomer(), key: randomUUID(), body })

export const scenarios: readonly Scenario[] = [
  {
    name: 'place',
    prepare: newCart,
    act: (shop, cartId) => place(shop, cartId, 'card_ok'),
    end: paid,
    left: kept,
  },
  {
    name: 'cancel-reserved',
    prepare: placeUnpaid,
    async act(shop, id) {
      await asked(shop, id, 'cancellations', {})
      return id
    },
    end: { ...gone, paymentStatus: 'unpaid' },
    left: nothing,
  },
  {
    name: 'decline-then-pay',
    prepare: placeUnpaid,
    async act(shop, id) {
      await asked(shop, id, 'payments', { paymentMethod: 'card_insufficient_funds' })
      await until(shop, id, { status: 'reserved', paymentStatus: 'declined' })
      await asked(shop, id, 'payments', { paymentMethod: 'card_ok' })
      return id
    },
    end: paid,
    left: kept,
  },
]
