import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { newId, type Order, orderEvents } from '@toko/contracts'
import { createInProcessBus, type InProcessBus } from '@toko/messaging'
import { loadConfig } from '@toko/runtime'
import { quiet, testMongoUrl, type TestTokens, testTokens } from '@toko/testkit'
import { createOrderService, orderConfig, type OrderService } from '../src/index.ts'
import { fakeNeighbours, type Neighbours, secrets } from './fake-neighbours.ts'

export interface OrderShop {
  readonly service: OrderService
  readonly neighbours: Neighbours
  readonly tokens: TestTokens
  readonly bus: InProcessBus
  /** A cart of a user with one line, ready to be ordered. */
  cart(authorization: string, quantity?: number): Promise<string>
  place(authorization: string, options?: PlaceOptions): Promise<request.Response>
  order(authorization: string, id: string): Promise<Order>
  /** Asks for something to be done with an order, under a key of its own unless one is given. */
  act(authorization: string, path: string, body?: object, key?: string): Promise<request.Response>
  metrics(): Promise<string>
  stop(): Promise<void>
}

interface PlaceOptions {
  readonly cartId?: string
  readonly key?: string
  readonly method?: string | null
  readonly expected?: number
  readonly quantity?: number
  readonly wait?: number | null
}

/** Short limits, so that sweepers show within a test. */
const impatient = {
  ORDER_FIRST_SWEEP_MS: '150',
  ORDER_SWEEP_EVERY_MS: '30',
  ORDER_MAX_BACKOFF_MS: '200',
  ORDER_OUTBOX_SLOW_PATH_MS: '200',
  ORDER_PROVIDER_CALL_MS: '400',
  ORDER_STREAM_POLL_MS: '20',
}

/** 503 asks to come again: done with the same key, as a client would. A busy machine answers it to many requests at once. */
async function asAClient(send: () => request.Test): Promise<request.Response> {
  for (let tries = 1; ; tries++) {
    const answer = await send()
    if (answer.status !== 503 || tries === 20) return answer
    await sleep(50 * tries)
  }
}

/** The whole order service on a real mongod, with neighbours that answer as the test says. */
export async function startOrderShop(env: Record<string, string> = {}): Promise<OrderShop> {
  const neighbours = fakeNeighbours()
  await neighbours.start()
  const replica = await startReplica(neighbours, env)
  return {
    ...replica,
    async stop() {
      await replica.stop()
      await neighbours.stop()
    },
  }
}

/** One more process' worth of the service, beside others that have the same neighbours and database. */
export async function startReplica(neighbours: Neighbours, env: Record<string, string>): Promise<OrderShop> {
  const url = `http://127.0.0.1:${neighbours.port()}`
  const config = loadConfig('ORDER', orderConfig, {
    ORDER_PORT: '0',
    ORDER_ADMIN_PORT: '0',
    ORDER_MONGO_URL: testMongoUrl(),
    ORDER_MONGO_DATABASE: `order_${randomUUID().slice(0, 8)}`,
    ORDER_MONGO_TIMEOUT_MS: '5000',
    ORDER_JWKS_URL: `${url}/unused`,
    ORDER_PRODUCT_URL: url,
    ORDER_PAYMENT_URL: url,
    ORDER_TO_PRODUCT_SECRET: secrets.product,
    ORDER_TO_PAYMENT_SECRET: secrets.payment,
    ORDER_FROM_USER_SECRET: secrets.user,
    ORDER_WEBHOOK_SECRET: 'webhook-secret-0123',
    ORDER_CHECKS_ANSWERS: 'true',
    ORDER_MAX_UNPAID_PER_USER: '1000',
    ORDER_MAX_LOOP_DELAY_MS: '10000', // the test's own work blocks the loop too
    ...impatient,
    ...env,
  })
  const tokens = await testTokens()
  const { log, metrics } = quiet('order')
  const bus = createInProcessBus({ log, metrics: quiet('bus').metrics })
  await bus.start?.()
  neighbours.serveOn(bus)
  // The product service listens to these; here nobody has to act on them.
  for (const { type } of Object.values(orderEvents).filter(({ isCommand }) => isCommand))
    bus.subscribe({ source: 'order', type, service: 'product', handler: 'ignored' }, async () => {})
  const service = createOrderService(config, { log, metrics, bus, userKeys: tokens.keys })
  await service.start?.()

  async function cart(authorization: string, quantity = 1): Promise<string> {
    const made = await request(service.app).post('/carts').set('Authorization', authorization).send({})
    const id: string = made.body.cart.id
    await request(service.app).put(`/carts/${id}/lines/TEA-1`).set('Authorization', authorization).send({ quantity })
    return id
  }
  return {
    service,
    neighbours,
    tokens,
    bus,
    cart,
    async place(
      authorization,
      { cartId, key = newId('evt'), method = 'card_ok', expected, quantity = 1, wait = 2 } = {},
    ) {
      const amount = expected ?? neighbours.priceMinor * quantity
      const body = {
        cartId: cartId ?? (await cart(authorization, quantity)),
        expectedTotal: { amount, currency: 'IDR' },
      }
      return asAClient(() => {
        const test = request(service.app).post('/orders').set('Authorization', authorization)
        if (wait !== null) test.set('Prefer', `wait=${wait}`)
        return test.set('Idempotency-Key', key).send(method === null ? body : { ...body, paymentMethod: method })
      })
    },
    order: async (authorization, id) =>
      (await request(service.app).get(`/orders/${id}`).set('Authorization', authorization)).body as Order,
    async act(authorization, path, body, key = newId('evt')) {
      return asAClient(() => {
        const test = request(service.app).post(`/orders/${path}`).set('Authorization', authorization)
        return test.set('Idempotency-Key', key).send(body)
      })
    },
    metrics: () => metrics.render(),
    async stop() {
      await service.stop?.()
      await bus.stop?.()
    },
  }
}
