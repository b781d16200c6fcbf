import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { addressHere } from '../dev-shop.ts'
import type { Copy } from './copy.ts'
import type { Skaffold } from './skaffold.ts'
import { kubectl, limits, say, titleAt, until } from './tools.ts'

const orders = '20'

/** The product service on this machine, the others in the cluster: they sell, and a changed line answers here. @throws Error otherwise */
export async function proveSplitOne(copy: Copy, skaffold: Skaffold): Promise<void> {
  const [user, order, payment] = await Promise.all(['user', 'order', 'payment'].map((name) => skaffold.urlOf(name)))
  const product = addressHere(copy.folder).origin
  const here = spawn(process.execPath, [join(copy.folder, 'scripts/dev/run-here.ts'), 'product'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(here, 'exit')
  try {
    await until('the service on this machine', limits.mendMs, async () => (await titleAt(product)) === 'toko product')
    say('product answers on this machine, the rest is deployed')
    const secret = kubectl('get', 'secret', 'toko-edge-cli-to-user', '-o', 'jsonpath={.data.secret}')
    const env = {
      ...process.env,
      TOKO_CLI_SECRET: Buffer.from(secret, 'base64').toString(),
      TOKO_DATA_DIR: join(copy.folder, '.toko/dev'),
      TOKO_USER_URL: user,
      TOKO_PRODUCT_URL: product,
      TOKO_ORDER_URL: order,
      TOKO_PAYMENT_URL: payment,
    }
    const toko = (...words: string[]) => promisify(execFile)('toko', words, { env, timeout: 240_000 })
    await toko('seed')
    await toko('verify', '--orders', orders, '--clients', '3')
    say(`toko verify of ${orders} orders is green`)
    copy.retitle(`'toko product'`, `'toko product here'`)
    const changed = async () => (await titleAt(product)) === 'toko product here'
    say(`changed line answers after ${await until('a changed line', limits.changeMs, changed)} ms`)
  } finally {
    here.kill('SIGTERM')
    await ended
  }
}
