import { Product, StockMovement } from '@toko/contracts'
import type { ShopConnection } from '../../shop/connect.ts'
import { type Patience, patiently } from './patience.ts'

export interface Good {
  readonly sku: string
  readonly stock: number
}
export interface Goods {
  readonly plenty: readonly Good[]
  /** Fewer units than buyers: they are raced for, one SKU after the other. */
  readonly scarce: readonly Good[]
  /** Takes the products out of the shop's window; orders of them stay as they are. */
  retire(): Promise<void>
}

/** Of every good of a run, minor units. */
export const priceMinor = 1_250_000
export const scarceStock = 8
const mostVariants = 50

interface GoodsNeeds {
  readonly shop: ShopConnection
  readonly limits: Patience
  readonly run: string
  readonly plenty: number
  readonly scarce: number
}

/** Goods of this run alone, so that a used shop's stock is neither needed nor spoiled. */
export async function makeGoods({ shop, limits, run, plenty, scarce }: GoodsNeeds): Promise<Goods> {
  const good = (kind: string, count: number, stock: number): Good[] =>
    Array.from({ length: count }, (_, n) => ({ sku: `VFY-${run.toUpperCase()}-${kind}${n + 1}`, stock }))
  const goods = { plenty: good('P', plenty, 100_000), scarce: good('S', scarce, scarceStock) }
  const all = [...goods.plenty, ...goods.scarce]
  const productIds: string[] = []
  for (let from = 0; from < all.length; from += mostVariants)
    productIds.push(await makeProduct(shop, limits, run, all.slice(from, from + mostVariants)))
  const next = all.values()
  const worker = async () => {
    for (const { sku, stock } of next) await deliver(shop, limits, sku, stock)
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return {
    ...goods,
    async retire() {
      for (const id of productIds)
        await patiently(limits, async () =>
          shop.product.call({
            method: 'DELETE',
            path: '/products/{id}/publications',
            params: { id },
            headers: await shop.asStaff(),
            answer: { 204: null, 409: null },
          }),
        )
    },
  }
}

async function makeProduct(shop: ShopConnection, limits: Patience, run: string, goods: readonly Good[]) {
  const { body } = await patiently(limits, async () =>
    shop.product.call({
      method: 'POST',
      path: '/products',
      headers: await shop.asStaff(),
      body: {
        title: `Goods of toko verify ${run}, ${goods[0]!.sku} and following`,
        variants: goods.map(({ sku }) => ({
          sku,
          options: { sku },
          price: { amount: priceMinor, currency: 'IDR' },
        })),
      },
      answer: { 201: Product },
    }),
  )
  await patiently(limits, async () =>
    shop.product.call({
      method: 'POST',
      path: '/products/{id}/publications',
      params: { id: body.id },
      headers: await shop.asStaff(),
      answer: { 201: null },
    }),
  )
  return body.id
}

const deliver = (shop: ShopConnection, limits: Patience, sku: string, stock: number) =>
  patiently(limits, async () =>
    shop.product.call({
      method: 'POST',
      path: '/stock/{sku}/adjustments',
      params: { sku },
      headers: { ...(await shop.asStaff()), 'Idempotency-Key': `verify-first-delivery-${sku}` },
      body: { delta: stock, reason: 'toko verify' },
      answer: { 201: StockMovement },
    }),
  )
