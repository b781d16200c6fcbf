import { randomUUID } from 'node:crypto'
import { newId, type PaymentLedgerEntry } from '@toko/contracts'
import { serviceToken } from '@toko/http'
import { createInProcessBus } from '@toko/messaging'
import { loadConfig } from '@toko/runtime'
import { quiet, testMongoUrl, testTokens } from '@toko/testkit'
import { paymentConfig } from '../src/config.ts'
import { createPaymentService } from '../src/service.ts'

export const webhookSecret = 'secret of webhooks in tests'
export const fromOrderSecret = 'secret of the order edge'

export const newDatabaseName = () => `payment_${randomUUID().slice(0, 8)}`
export const newKey = (attempt = 1) => `${newId('ord')}:${attempt}`

export interface Answered {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any
}

interface CallOptions {
  readonly as?: 'order' | 'admin'
  readonly timeoutMs?: number
}

/** One replica of the service on a free port, with short times. */
export async function startPayment(variables: Record<string, string> = {}, database = newDatabaseName()) {
  const tokens = await testTokens()
  const config = loadConfig('PAYMENT', paymentConfig, {
    PAYMENT_PORT: '0',
    PAYMENT_ADMIN_PORT: '0',
    PAYMENT_MONGO_URL: testMongoUrl(),
    PAYMENT_MONGO_DATABASE: database,
    PAYMENT_MONGO_TIMEOUT_MS: '5000',
    PAYMENT_FROM_ORDER_SECRET: fromOrderSecret,
    PAYMENT_JWKS_URL: 'http://127.0.0.1:9/unused',
    PAYMENT_WEBHOOK_SECRET: webhookSecret,
    PAYMENT_WEBHOOK_RETRY_MS: '20',
    PAYMENT_FAULT_CACHE_MS: '100',
    PAYMENT_MAX_LOOP_DELAY_MS: '20000',
    PAYMENT_CHECKS_ANSWERS: 'true',
    ...variables,
  })
  const { log, metrics } = quiet('payment')
  const bus = createInProcessBus({ log, metrics: quiet('bus').metrics })
  await bus.start?.()
  const service = createPaymentService(config, { log, metrics, bus, userKeys: tokens.keys })
  await service.start?.()
  const asOrder = serviceToken('order', 'payment', fromOrderSecret)
  const admin = await tokens.user(undefined, { roles: ['admin'] })

  async function call(
    method: string,
    path: string,
    body?: unknown,
    { as = 'order', timeoutMs = 10_000 }: CallOptions = {},
  ): Promise<Answered> {
    const response = await fetch(`http://127.0.0.1:${service.port()}${path}`, {
      method,
      headers: {
        authorization: as === 'admin' ? admin : `Bearer ${await asOrder()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, body: await response.json() }
  }

  const asked = (key: string, fields: object = {}) => ({
    amountMinor: 1000,
    currency: 'IDR',
    method: 'card_ok',
    orderId: key.split(':')[0],
    ...fields,
  })
  return {
    service,
    bus,
    metrics,
    tokens,
    mongoUrl: config.mongoUrl,
    call,
    authorise: (key: string, fields?: object, options?: CallOptions) =>
      call('PUT', `/payments/${key}`, asked(key, fields), options),
    void: (key: string, options?: CallOptions) => call('PUT', `/payments/${key}/void`, undefined, options),
    capture: (key: string, body: object = {}) => call('PUT', `/payments/${key}/capture`, body),
    refund: (key: string, refundKey: string, amountMinor: number) =>
      call('PUT', `/payments/${key}/refunds/${refundKey}`, { amountMinor }),
    query: (key: string) => call('GET', `/payments/${key}`),
    faults: (body: object) => call('PUT', '/faults', body, { as: 'admin' }),
    /** What the provider's books say about the key. */
    async ledger(key: string): Promise<PaymentLedgerEntry | undefined> {
      for (let cursor = ''; ;) {
        const { body } = await call('GET', `/audit/payments?limit=500${cursor}`, undefined, { as: 'admin' })
        const found = (body.items as PaymentLedgerEntry[]).find((entry) => entry.key === key)
        if (found || body.next === null) return found
        cursor = `&cursor=${body.next}`
      }
    },
  }
}

export type PaymentUnderTest = Awaited<ReturnType<typeof startPayment>>

/** Kinds of a key's effects, in their order; undefined for an unknown key. */
export const effectsOf = async (payment: PaymentUnderTest, key: string) =>
  (await payment.ledger(key))?.effects.map(({ kind }) => kind)

export const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))
