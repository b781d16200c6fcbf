import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceToken } from '@toko/http'
import type { Address } from '../src/shop.ts'

export type Addresses = Record<Address['name'], Address>

interface Answer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  readonly body: any
}

export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
}

async function must(expected: number, answered: Promise<Answer>) {
  const { status, body } = await answered
  if (status !== expected) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

const password = 'a password for the tests'

async function signIn({ user }: Addresses, dataDir: string, email: string, roles: string[]) {
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>
  const authorization = `Bearer ${await serviceToken('cli', 'user', secrets['cli>user']!)()}`
  await must(200, call('PUT', `${user.url}/internal/accounts`, { email, password, roles }, { authorization }))
  const session = await must(201, call('POST', `${user.url}/sessions`, { email, password }))
  return { authorization: `Bearer ${session.accessToken}` }
}

const price = { amount: 1500, currency: 'IDR' }
const sku = 'TEA-1'

/** One product with stock, and somebody who buys. */
export async function fill(shop: Addresses, dataDir: string) {
  const staff = await signIn(shop, dataDir, 'staff@toko.test', ['customer', 'catalogue', 'admin'])
  const customer = await signIn(shop, dataDir, 'customer@toko.test', ['customer'])
  const { url } = shop.product
  const product = await must(201, call('POST', `${url}/products`, { title: 'Tea', variants: [{ sku, price }] }, staff))
  await must(201, call('POST', `${url}/products/${product.id}/publications`, undefined, staff))
  const key = { 'idempotency-key': `first-delivery-${sku}` }
  await must(
    201,
    call('POST', `${url}/stock/${sku}/adjustments`, { delta: 1000, reason: 'delivery' }, { ...staff, ...key }),
  )
  return { staff, customer }
}

/** Everything up to the order itself, which the test sends. */
export async function cartOf({ order }: Addresses, customer: Record<string, string>, quantity = 1) {
  const { cart } = await must(201, call('POST', `${order.url}/carts`, {}, customer))
  const filled = await must(200, call('PUT', `${order.url}/carts/${cart.id}/lines/${sku}`, { quantity }, customer))
  return { cartId: cart.id as string, expectedTotal: filled.total as typeof price, paymentMethod: 'card_ok' }
}

export const place = ({ order }: Addresses, body: unknown, headers: Record<string, string>) =>
  call('POST', `${order.url}/orders`, body, { prefer: 'wait=2', 'idempotency-key': randomUUID(), ...headers })
