/**
 * Time from POST /orders with `Prefer: wait=2` to its 201, one order after the other, on the running shop of this folder.
 * `make run` first, then `node bench/place-order.ts [orders=200]`. Exit 1 when p50 is above the goal.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const goalMs = 60
const orders = Number(process.argv[2] ?? 200)
const warmUp = 20
const urls = { user: 'http://127.0.0.1:8001', product: 'http://127.0.0.1:8002', order: 'http://127.0.0.1:8003' }
type Account = { email: string; password: string }
const accounts = JSON.parse(readFileSync('.toko/accounts.json', 'utf8')) as Record<'staff' | 'customer', Account>

async function call(url: string, method: string, token?: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`)
  return { status: response.status, body: text ? JSON.parse(text) : undefined }
}

const signIn = async (role: 'staff' | 'customer') =>
  (await call(`${urls.user}/sessions`, 'POST', undefined, accounts[role])).body.accessToken as string

const [staff, buyer] = [await signIn('staff'), await signIn('customer')]
const { items } = (await call(`${urls.product}/products?inStock=true&limit=1`, 'GET')).body
const { sku } = items[0].variants[0]
await call(
  `${urls.product}/stock/${sku}/adjustments`,
  'POST',
  staff,
  { delta: orders + warmUp, reason: 'bench' },
  { 'idempotency-key': randomUUID() },
)

const times: number[] = []
for (let n = 0; n < orders + warmUp; n++) {
  const { cart } = (await call(`${urls.order}/carts`, 'POST', buyer, {})).body
  const filled = (await call(`${urls.order}/carts/${cart.id}/lines/${sku}`, 'PUT', buyer, { quantity: 1 })).body
  const headers = { 'idempotency-key': randomUUID(), prefer: 'wait=2' }
  const startedMs = performance.now()
  const { status } = await call(
    `${urls.order}/orders`,
    'POST',
    buyer,
    { cartId: cart.id, expectedTotal: filled.total, paymentMethod: 'card_ok' },
    headers,
  )
  if (status !== 201) throw new Error(`order ${n} was not confirmed within its wait: ${status}`)
  if (n >= warmUp) times.push(performance.now() - startedMs)
}
times.sort((a, b) => a - b)
const at = (share: number) => Math.round(times[Math.floor(times.length * share)]! * 10) / 10
console.log(`${orders} orders, ms to 201: p50 ${at(0.5)}  p90 ${at(0.9)}  p99 ${at(0.99)}  (goal p50 ≤ ${goalMs})`)
process.exitCode = at(0.5) <= goalMs ? 0 : 1
