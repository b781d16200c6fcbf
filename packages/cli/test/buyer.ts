import { randomUUID } from 'node:crypto'
import type { RunReport } from './toko-process.ts'

type Headers = Record<string, string>

/** One try of an order: its key is kept, so that an unknown outcome can be asked for again. */
export interface Attempt {
  readonly key: string
  readonly body: unknown
  /** Id that the shop acknowledged; undefined while the outcome is unknown. */
  orderId?: string
}

export interface Buyer {
  signIn(): Promise<void>
  prepare(sku: string): Promise<Attempt>
  /** Sends it; true when the shop acknowledged the order, whatever becomes of it. Throws when nobody answers. */
  place(attempt: Attempt): Promise<boolean>
  statusOf(orderId: string): Promise<string>
  /** Of their orders, at most 100. */
  orderCount(): Promise<number>
  /** Staff only. Resolves with the answer's body. */
  put(url: string, body: unknown): Promise<unknown>
  /** Staff only. */
  addStock(sku: string, delta: number): Promise<void>
}

/** Somebody who buys over HTTP, as the README's reader does with curl. */
export function buyer({ services }: RunReport, account: { email: string; password: string }): Buyer {
  const url = (name: string) => services.find((service) => service.name === name)!.url
  let authorization = ''
  async function call(method: string, to: string, body?: unknown, headers: Headers = {}) {
    const answer = await fetch(to, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization ? { authorization } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5000),
    })
    // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
    return { status: answer.status, body: (await answer.json()) as any }
  }
  return {
    async signIn() {
      authorization = ''
      const { body } = await call('POST', `${url('user')}/sessions`, account)
      authorization = `Bearer ${body.accessToken}`
    },
    async prepare(sku) {
      const { body: made } = await call('POST', `${url('order')}/carts`, {})
      const { id } = made.cart
      const { body: cart } = await call('PUT', `${url('order')}/carts/${id}/lines/${sku}`, { quantity: 1 })
      if (!cart.total) throw new Error(`the cart has no total: ${JSON.stringify(cart)}`)
      return { key: randomUUID(), body: { cartId: id, expectedTotal: cart.total, paymentMethod: 'card_ok' } }
    },
    async place(attempt) {
      const headers = { 'idempotency-key': attempt.key }
      const { status, body } = await call('POST', `${url('order')}/orders`, attempt.body, headers)
      if (status !== 201 && status !== 202) return false
      attempt.orderId = body.id
      return true
    },
    async put(to, body) {
      const answer = await call('PUT', to, body)
      if (answer.status !== 200) throw new Error(`PUT ${to}: ${answer.status}`)
      return answer.body
    },
    async addStock(sku, delta) {
      const path = `${url('product')}/stock/${sku}/adjustments`
      const { status } = await call('POST', path, { delta, reason: 'test' }, { 'idempotency-key': randomUUID() })
      if (status !== 201) throw new Error(`stock of ${sku}: ${status}`)
    },
    async orderCount() {
      return (await call('GET', `${url('order')}/orders?limit=100`)).body.items.length
    },
    async statusOf(orderId) {
      return (await call('GET', `${url('order')}/orders/${orderId}`)).body.status
    },
  }
}
