import { ProductPage } from '@toko/contracts'
import type { ShopConnection } from './connect.ts'

/** True when the shop sells nothing. */
export async function isEmpty({ product }: ShopConnection): Promise<boolean> {
  const answer = { 200: ProductPage }
  const { body } = await product.call({ method: 'GET', path: '/products', query: { limit: 1 }, answer })
  return body.items.length === 0
}
