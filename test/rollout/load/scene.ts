import { randomBytes } from 'node:crypto'
import { Product, pageOf } from '@toko/contracts'
import { type Customer, type History, makeCustomers, makeGoods, patience, type ShopConnection } from '@toko/cli'
import type { ShopAddresses } from './shop-addresses.ts'

/** An acknowledged order, to be looked at again. */
export interface PlacedOrder {
  readonly id: string
  readonly customer: Customer
}

export interface Cart {
  readonly id: string
  readonly customer: Customer
}

/** What the requests of the load are made of, and what they leave for each other. */
export interface Scene {
  readonly run: string
  readonly urls: ShopAddresses
  readonly history: History
  readonly customers: readonly Customer[]
  readonly skus: readonly string[]
  readonly productIds: readonly string[]
  readonly asStaff: () => Promise<{ authorization: string }>
  /** Carts by how far they are: each request takes one and brings it on. */
  readonly carts: { readonly empty: Cart[]; readonly filled: Cart[] }
  readonly orders: PlacedOrder[]
  /** Ids of those whose answer had the member that the next version adds (next-version/). */
  readonly byNextVersion: string[]
  /** Products for sale go out of the window again. */
  retire(): Promise<void>
}

/** Enough that nobody comes near the five unpaid orders that one customer may have. */
const people = 60
const goodsForSale = 20

/** Goods and people of this run alone, with the first line of its history. */
export async function makeScene(shop: ShopConnection, urls: ShopAddresses, history: History): Promise<Scene> {
  const run = Date.now().toString(36) + randomBytes(2).toString('hex')
  const limits = patience(120_000)
  const goods = await makeGoods({ shop, limits, run, plenty: goodsForSale, scarce: 0 })
  const customers = await makeCustomers({ shop, limits, run, count: people })
  await history.persist({
    type: 'run',
    run,
    seed: 0,
    clients: people,
    startedAt: new Date().toISOString(),
    users: customers.map(({ id }) => id),
    goods: goods.plenty,
  })
  const listed = await shop.product.call({
    method: 'GET',
    path: '/products',
    query: { limit: 20 },
    answer: { 200: pageOf(Product) },
  })
  return {
    run,
    urls,
    history,
    customers,
    skus: goods.plenty.map(({ sku }) => sku),
    productIds: listed.body.items.map(({ id }) => id),
    asStaff: () => shop.asStaff(),
    carts: { empty: [], filled: [] },
    orders: [],
    byNextVersion: [],
    retire: () => goods.retire(),
  }
}
