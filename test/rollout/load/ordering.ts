import { createHash } from 'node:crypto'
import { priceMinor } from '@toko/cli'
import type { Answer } from './client.ts'
import { expecting, type Prepared } from './prepared.ts'
import type { Scene } from './scene.ts'

/** A cart for the next who fills one. Sent twice it would make two. */
export async function makeCart({ urls, customers, carts }: Scene, n: number): Promise<Prepared> {
  const customer = customers[n % customers.length]!
  const url = `${urls.order}/carts`
  return {
    request: { method: 'POST', url, headers: await customer.authorization(), body: {} },
    judge(answer) {
      const { cart } = answer.body as { cart?: { id: string } }
      if (answer.status === 201 && cart) carts.empty.push({ id: cart.id, customer })
      return expecting(201)(answer)
    },
  }
}

/** The oldest empty cart gets its line. */
export async function fillCart({ urls, carts, skus }: Scene, n: number): Promise<Prepared | undefined> {
  const cart = carts.empty.shift()
  if (!cart) return undefined
  const url = `${urls.order}/carts/${cart.id}/lines/${skus[n % skus.length]!}`
  return {
    request: { method: 'PUT', url, headers: await cart.customer.authorization(), body: { quantity: 1 } },
    judge(answer) {
      if (answer.status === 200) carts.filled.push(cart)
      return expecting(200)(answer)
    },
  }
}

const waitS = 2

/** The oldest filled cart is ordered, under a key that is used once. What the shop said goes into the history. */
export async function placeOrder(
  { run, urls, carts, history, orders, byNextVersion }: Scene,
  n: number,
): Promise<Prepared | undefined> {
  const cart = carts.filled.shift()
  if (!cart) return undefined
  const { customer } = cart
  const body = {
    cartId: cart.id,
    expectedTotal: { amount: priceMinor, currency: 'IDR' },
    paymentMethod: 'card_ok',
  }
  const key = `rollout-${run}-${n}`
  const sent = {
    client: 1,
    seq: n,
    op: 'place',
    key,
    bodyHash: createHash('sha256').update(JSON.stringify(body)).digest('hex'),
    t0: performance.now(),
  } as const
  history.append({ type: 'intent', ...sent, journey: 'happy', userId: customer.id, orderId: null })
  const headers = { ...(await customer.authorization()), 'idempotency-key': key, prefer: `wait=${waitS}` }
  return {
    request: { method: 'POST', url: `${urls.order}/orders`, headers, body },
    judge(answer) {
      const orderId = idOf(answer)
      if (orderId) orders.push({ id: orderId, customer })
      if (orderId && 'channel' in answer.body) byNextVersion.push(orderId)
      const { status, fault } = answer
      history.append({
        type: 'attempt',
        ...sent,
        t1: performance.now(),
        outcome: orderId ? 'ok' : status !== null && status < 500 ? 'fail' : 'info',
        status,
        orderId,
        ...(fault === undefined ? {} : { reason: fault }),
      })
      // 202: durable, and under way when the client's two seconds were over.
      return expecting(201, 202)(answer)
    },
  }
}

const idOf = ({ status, body }: Answer): string | null =>
  (status === 201 || status === 202) && typeof body['id'] === 'string' ? body['id'] : null
