import { randomBytes } from 'node:crypto'
import { type Answer, call, newKey, ok } from './client.ts'

export const price = 1_250_000

/** A published product with one variant and this much stock; returns its SKU. */
export async function newProduct(
  staff: string,
  stock: number,
  title = 'Acceptance tea',
): Promise<{ id: string; sku: string }> {
  const sku = `ACC-${randomBytes(5).toString('hex').toUpperCase()}`
  const product = await ok('product', 'POST /products', {
    token: staff,
    body: { title: `${title} ${sku}`, variants: [{ sku, price: { amount: price, currency: 'IDR' } }] },
  })
  await ok('product', `POST /products/${product.id}/publications`, { token: staff })
  if (stock > 0) await adjustStock(staff, sku, stock)
  return { id: product.id, sku }
}

export const adjustStock = (staff: string, sku: string, delta: number) =>
  ok('product', `POST /stock/${sku}/adjustments`, {
    token: staff,
    headers: { 'idempotency-key': newKey() },
    body: { delta, reason: 'acceptance' },
  })

export const stockOf = (staff: string, sku: string): Promise<{ onHand: number; available: number; reserved: number }> =>
  ok('product', `GET /stock/${sku}`, { token: staff })

export async function newCart(token: string, sku: string, quantity = 1): Promise<string> {
  const { cart } = await ok('order', 'POST /carts', { token, body: {} })
  await ok('order', `PUT /carts/${cart.id}/lines/${sku}`, { token, body: { quantity } })
  return cart.id
}

interface OrderOptions {
  readonly cartId: string
  readonly key?: string
  readonly method?: string | undefined
  readonly total?: number
  readonly wait?: number
}

export function order(
  token: string,
  { cartId, key = newKey(), method = 'card_ok', total = price, wait = 2 }: OrderOptions,
): Promise<Answer> {
  return call('order', 'POST /orders', {
    token,
    headers: { 'idempotency-key': key, prefer: `wait=${wait}` },
    body: { cartId, expectedTotal: { amount: total, currency: 'IDR' }, paymentMethod: method },
  })
}

export const orderOf = (token: string, id: string) => ok('order', `GET /orders/${id}`, { token })
