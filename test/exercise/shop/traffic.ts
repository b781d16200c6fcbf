import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCustomers, makeGoods, patience, priceMinor } from '@toko/cli'
import { ask, type Told } from '../../faults/support/ask.ts'
import type { ExerciseShop } from './exercise-shop.ts'

/** One answer as a client saw it; null: none came. */
export interface Answered {
  readonly atMs: number
  readonly isRead: boolean
  readonly status: number | null
  readonly ms: number
}

export interface PlacedOrder {
  readonly id: string
  readonly atMs: number
  /** Undefined while it is open. */
  finalMs: number | undefined
  status: string
}

/** People who look and buy, about eight requests a second, through the public APIs alone. */
export interface Traffic {
  readonly answers: readonly Answered[]
  readonly orders: readonly PlacedOrder[]
  /** Who orders from now on pays so; `card_ok` by default. */
  payWith(method: string): void
  readonly skus: readonly string[]
  stop(): Promise<void>
}

const everyMs = 170
const mostAtOnce = 60
const followEveryMs = 1500
const followMs = 60_000
const finals = new Set(['confirmed', 'rejected', 'cancelled', 'expired'])

export async function startTraffic({ shop, connection }: ExerciseShop): Promise<Traffic> {
  const needs = { shop: connection, limits: patience(60_000), run: randomUUID().slice(0, 4) }
  const [customer] = await makeCustomers({ ...needs, count: 1 })
  const { plenty } = await makeGoods({ ...needs, plenty: 3, scarce: 0 })
  const skus = plenty.map(({ sku }) => sku)
  const { user, product, order } = shop.urls
  const [answers, orders]: [Answered[], PlacedOrder[]] = [[], []]
  let [method, turn, underWay] = ['card_ok', 0, 0]
  const stopping = new AbortController()

  const send = async (verb: string, url: string, more: { key?: string; body?: unknown } = {}): Promise<Told> => {
    const { authorization } = await customer!.authorization()
    const told = await ask(verb, url, { token: authorization, ...more })
    answers.push({ atMs: Date.now(), isRead: verb === 'GET', status: told.status, ms: told.ms })
    return told
  }
  const listed = await ask('GET', `${product}/products?limit=20`)
  const productId = String(listed.body.items[0].id)

  async function buy(): Promise<void> {
    const made = await send('POST', `${order}/carts`, { body: {} })
    if (made.status !== 201) return
    const { id } = made.body.cart as { id: string }
    const sku = skus[turn % skus.length]!
    const line = await send('PUT', `${order}/carts/${id}/lines/${sku}`, { body: { quantity: 1 } })
    if (line.status !== 200) return
    const expectedTotal = { amount: priceMinor, currency: 'IDR' }
    const body = { cartId: id, expectedTotal, paymentMethod: method }
    const placed = await send('POST', `${order}/orders`, { key: randomUUID(), body })
    if (typeof placed.body?.id === 'string') await follow(placed.body.id)
  }
  async function follow(id: string): Promise<void> {
    const placed: PlacedOrder = { id, atMs: Date.now(), finalMs: undefined, status: 'placed' }
    orders.push(placed)
    while (!stopping.signal.aborted && Date.now() < placed.atMs + followMs) {
      await sleep(followEveryMs)
      const { status, body } = await send('GET', `${order}/orders/${id}`)
      if (status === 200) placed.status = body.status
      if (!finals.has(placed.status)) continue
      placed.finalMs = Date.now()
      return
    }
  }
  const acts: (() => Promise<unknown>)[] = [
    () => send('GET', `${product}/products?limit=20`),
    buy,
    () => send('GET', `${user}/users/me`),
    () => send('GET', `${product}/products/${productId}`),
    buy,
    () => send('GET', `${order}/orders?limit=5`),
  ]
  const running = new Set<Promise<unknown>>()
  const timer = setInterval(() => {
    if (underWay >= mostAtOnce) return
    underWay++
    const work = acts[turn++ % acts.length]!()
      .catch(() => {}) // a customer who can't sign in comes again
      .finally(() => {
        underWay--
        running.delete(work)
      })
    running.add(work)
  }, everyMs)
  return {
    answers,
    orders,
    skus,
    payWith: (next) => void (method = next),
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await Promise.all(running)
    },
  }
}
