import { randomUUID } from 'node:crypto'
import {
  connect,
  makeCustomers,
  makeGoods,
  patience,
  priceMinor,
  seedAccounts,
  type ShopConnection,
  type SplitShop,
  startSplitShop,
} from '@toko/cli'
import { AcceptedOrder, CreatedCart, Order } from '@toko/contracts'
import { otlpReceiver, type OtlpReceiver } from '@toko/testkit'
import { impatient, unhurried } from '../faults/support/settings.ts'

/** A split shop that sends its spans to a receiver, with somebody who orders. */
export interface StoryShop {
  readonly shop: SplitShop
  readonly connection: ShopConnection
  readonly collector: OtlpReceiver
  /** A cart with goods in it, to be ordered once. */
  cart(): Promise<string>
  /** Undefined where the shop did not take it. */
  place(cartId: string): Promise<string | undefined>
  order(id: string): Promise<Order>
  stop(): Promise<void>
}

const orderAnswers = { 200: null, 201: Order, 202: AcceptedOrder, 402: null, 409: null }

export async function startStoryShop(folder: string): Promise<StoryShop> {
  const collector = await otlpReceiver()
  const shop = await startSplitShop({
    folder,
    env: {
      ...impatient,
      ...unhurried,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
  })
  const { user, product, order, payment } = shop.urls
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  const stop = async () => {
    await connection.close()
    await shop.stop()
    await collector.stop()
  }
  try {
    await seedAccounts(connection, folder)
    const needs = { shop: connection, limits: patience(60_000), run: randomUUID().slice(0, 4) }
    const [customer] = await makeCustomers({ ...needs, count: 1 })
    const { plenty } = await makeGoods({ ...needs, plenty: 1, scarce: 0 })
    const { sku } = plenty[0]!
    return { shop, connection, collector, stop, ...ordering(connection, customer!, sku) }
  } catch (error) {
    await stop()
    throw error
  }
}

function ordering(
  { order }: ShopConnection,
  customer: { authorization(): Promise<{ authorization: string }> },
  sku: string,
): Pick<StoryShop, 'cart' | 'place' | 'order'> {
  return {
    async cart() {
      const headers = await customer.authorization()
      const made = await order.call({ method: 'POST', path: '/carts', headers, body: {}, answer: { 201: CreatedCart } })
      const { id } = made.body.cart
      const params = { id, sku }
      const line = { method: 'PUT', path: '/carts/{id}/lines/{sku}', params, headers, body: { quantity: 1 } } as const
      await order.call({ ...line, answer: { 200: null } })
      return id
    },
    async place(cartId) {
      const headers = { ...(await customer.authorization()), 'idempotency-key': randomUUID() }
      const body = { cartId, expectedTotal: { amount: priceMinor, currency: 'IDR' }, paymentMethod: 'card_ok' }
      const { body: placed } = await order.call({
        method: 'POST',
        path: '/orders',
        headers,
        body,
        answer: orderAnswers,
      })
      return placed?.id
    },
    async order(id) {
      const headers = await customer.authorization()
      const answer = { 200: Order }
      return (await order.call({ method: 'GET', path: '/orders/{id}', params: { id }, headers, answer })).body
    },
  }
}
