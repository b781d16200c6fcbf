import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect, seedAccounts, type ShopConnection, type SplitShop, startSplitShop } from '@toko/cli'
import { ofEach, unhurried } from '../faults/support/settings.ts'
import { must } from './client.ts'

/** Sweepers look often, so that what a crash left behind is taken up within a second. */
const env = {
  ...unhurried,
  ...ofEach({ MONGO_TIMEOUT_MS: '5000', LOG_LEVEL: 'warn' }),
  ORDER_SWEEP_EVERY_MS: '200',
  ORDER_FIRST_SWEEP_MS: '500',
  ORDER_MAX_BACKOFF_MS: '1000',
  ORDER_OUTBOX_SLOW_PATH_MS: '300',
  ORDER_MAX_UNPAID_PER_USER: '100000',
  ORDER_RECONCILE_EVERY_MS: '3600000', // its own writes are no step of an order
  PRODUCT_SWEEP_EVERY_MS: '200',
  PRODUCT_RESERVING_LIMIT_MS: '500',
  PRODUCT_MAX_BACKOFF_MS: '1000',
  PRODUCT_OUTBOX_SLOW_PATH_MS: '300',
  USER_OUTBOX_SLOW_PATH_MS: '300',
}

export interface CrashShop extends SplitShop {
  readonly connection: ShopConnection
  readonly skus: readonly [string, string]
  readonly stepsFile: string
  asCustomer(): Promise<string>
  asStaff(): Promise<string>
}

export const price = 1_250_000
export const plenty = 4000

/** A split shop whose services can be told to crash, with two products on stock and a customer. */
export async function startCrashShop(folder: string, mongodBinary?: string): Promise<CrashShop> {
  const stepsFile = `${folder}/steps.jsonl`
  const preload = fileURLToPath(new URL('crash-at.ts', import.meta.url))
  const shop = await startSplitShop({
    folder,
    mongodBinary,
    preloads: [preload],
    env: { ...env, CRASH_STEPS_FILE: stepsFile },
  })
  const { user, product, order, payment } = shop.urls
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  const { accounts } = await untilAnswered(() => seedAccounts(connection, folder))
  const asStaff = async () => (await untilAnswered(() => connection.asStaff())).authorization
  const skus = [await newSku(shop, await asStaff()), await newSku(shop, await asStaff())] as const
  let customer = { authorization: '', untilMs: 0 }
  return {
    ...shop,
    connection,
    skus,
    stepsFile,
    asStaff,
    async asCustomer() {
      if (performance.now() > customer.untilMs) {
        const { accessToken } = await must('POST', `${shop.urls.user}/sessions`, { body: accounts.customer })
        // Renewed well before its 5 minutes are over.
        customer = { authorization: `Bearer ${accessToken}`, untilMs: performance.now() + 3 * 60_000 }
      }
      return customer.authorization
    },
    async stop() {
      await connection.close()
      return shop.stop()
    },
  }
}

/** The user service is one of those that crash. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + 60_000
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() > untilMs) throw error
      await sleep(200)
    }
  }
}

async function newSku({ urls }: SplitShop, token: string): Promise<string> {
  const sku = `CRASH-${randomUUID().slice(0, 8).toUpperCase()}`
  const product = await must('POST', `${urls.product}/products`, {
    token,
    body: { title: `Crash tea ${sku}`, variants: [{ sku, price: { amount: price, currency: 'IDR' } }] },
  })
  await must('POST', `${urls.product}/products/${product.id}/publications`, { token })
  await must('POST', `${urls.product}/stock/${sku}/adjustments`, {
    token,
    key: randomUUID(),
    body: { delta: plenty, reason: 'crash points' },
  })
  return sku
}
