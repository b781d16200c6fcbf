import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, type Asked, type Told } from './ask.ts'
import type { OneShop } from './one-shop.ts'

export const price = 1_250_000

/** A customer of the shop, with goods of their own to buy. */
export interface Shopper {
  readonly sku: string
  readonly userId: string
  newCart(): Promise<string>
  /** Sends `POST /orders` once. */
  place(cartId: string, options?: PlaceOptions): Promise<Told>
  /** The same, as a client does that never gives up; the order's id. */
  placed(cartId: string, options?: PlaceOptions): Promise<string>
  /** Sends one request to the order service once, as the customer or as staff. */
  order(method: string, path: string, options?: Asked & { by?: 'customer' | 'staff' }): Promise<Told>
  stock(): Promise<{ onHand: number; available: number; reserved: number }>
}

interface PlaceOptions {
  readonly key?: string
  readonly method?: string | null
  readonly waitS?: number
}

const patienceMs = 60_000

/** @throws Error when the shop does not say yes within the limit */
async function must(method: string, url: string, asked: Asked): Promise<Told['body']> {
  const untilMs = performance.now() + patienceMs
  for (;;) {
    const { status, body } = await ask(method, url, asked)
    if (status !== null && status < 300) return body
    const isPassing = status === null || status === 503 || status === 429
    if (!isPassing || performance.now() > untilMs)
      throw new Error(`${method} ${url}: ${status} ${JSON.stringify(body)}`)
    await sleep(100)
  }
}

/** Token of an access that is renewed well before its 5 minutes are over. */
function signedIn(url: string, account: OneShop['customer']) {
  let [token, untilMs] = ['', 0]
  return async () => {
    if (performance.now() > untilMs) {
      const { accessToken } = await must('POST', `${url}/sessions`, { body: account })
      ;[token, untilMs] = [`Bearer ${accessToken}`, performance.now() + 3 * 60_000]
    }
    return token
  }
}

/** New goods on stock, ready to be bought. */
export async function newGoods(
  { urls, connection }: Pick<OneShop, 'urls' | 'connection'>,
  stock: number,
): Promise<string> {
  const sku = `FAULT-${randomUUID().slice(0, 8).toUpperCase()}`
  const token = (await connection.asStaff()).authorization
  const product = await must('POST', `${urls.product}/products`, {
    token,
    body: { title: `Tea under faults ${sku}`, variants: [{ sku, price: { amount: price, currency: 'IDR' } }] },
  })
  await must('POST', `${urls.product}/products/${product.id}/publications`, { token })
  await must('POST', `${urls.product}/stock/${sku}/adjustments`, {
    token,
    key: randomUUID(),
    body: { delta: stock, reason: 'fault tests' },
  })
  return sku
}

/** Without `goods` they get new ones. */
export async function startShopper(
  shop: Pick<OneShop, 'urls' | 'connection' | 'customer'>,
  goods?: string,
): Promise<Shopper> {
  const { urls, connection } = shop
  const asStaff = async () => (await connection.asStaff()).authorization
  const asCustomer = signedIn(urls.user, shop.customer)
  const sku = goods ?? (await newGoods(shop, 100_000))
  const { id: userId } = await must('GET', `${urls.user}/users/me`, { token: await asCustomer() })

  const bodyOf = (cartId: string, method: string | null) => ({
    cartId,
    expectedTotal: { amount: price, currency: 'IDR' },
    ...(method === null ? {} : { paymentMethod: method }),
  })
  const placing = async (cartId: string, { key = `place-${cartId}`, method = 'card_ok', waitS }: PlaceOptions) => ({
    token: await asCustomer(),
    key,
    body: bodyOf(cartId, method),
    ...(waitS === undefined ? {} : { waitS }),
  })
  return {
    sku,
    userId,
    async newCart() {
      const token = await asCustomer()
      const { cart } = await must('POST', `${urls.order}/carts`, { token, body: {} })
      await must('PUT', `${urls.order}/carts/${cart.id}/lines/${sku}`, { token, body: { quantity: 1 } })
      return cart.id
    },
    place: async (cartId, options = {}) => ask('POST', `${urls.order}/orders`, await placing(cartId, options)),
    placed: async (cartId, options = {}) =>
      (await must('POST', `${urls.order}/orders`, await placing(cartId, options))).id as string,
    order: async (method, path, { by = 'customer', ...asked } = {}) =>
      ask(method, urls.order + path, { token: await (by === 'staff' ? asStaff() : asCustomer()), ...asked }),
    stock: async () => must('GET', `${urls.product}/stock/${sku}`, { token: await asStaff() }),
  }
}
