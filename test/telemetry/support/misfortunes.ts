import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, orderEvents, PaymentFaults } from '@toko/contracts'
import type { OneShop } from '../../faults/support/one-shop.ts'
import { poisonOf, publishPoison } from '../../faults/support/poison.ts'
import { type Shopper, startShopper } from '../../faults/support/shopper.ts'
import type { ObservedShops } from './observed-shops.ts'

/** Three scrapes: only a rise between two of them is a rate, and a series that a fault makes begins at its first event. */
const lastsMs = 16_000
const [ordersAtOnce, orderEveryMs] = [3, 500]

/** What fills the panels that only failures fill. Resolves when everything is mended again. */
export async function misfortunes({ direct, byMessages, broker }: ObservedShops): Promise<void> {
  const [shopper, other] = [await startShopper(direct.shop), await startShopper(byMessages.shop)]
  await byMessages.collector.stop()
  const unlucky = async () => {
    const carts = await cartsOf(shopper)
    await brokenProvider(direct.shop, () => ordersFor(lastsMs, shopper, carts))
    // A client gives up a silent server after its first failures: only one that comes back is asked, and fails, again.
    for (let n = 0; n < 3; n++) {
      await silentDatabase(direct.shop, () => readsFor(3000, direct.shop))
      await readsFor(6000, direct.shop)
    }
  }
  const unheard = async () => {
    await poisonFor(lastsMs, broker.url)
    const carts = await cartsOf(other)
    await broker.flush()
    await broker.kill()
    try {
      await ordersFor(lastsMs, other, carts)
    } finally {
      await broker.restart()
    }
  }
  // Both end before one of them fails: nothing may be broken behind the back of the test.
  const failed = (await Promise.allSettled([unlucky(), unheard()])).find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}

/** The simulated provider's own switch: connections break, nothing is done. */
async function brokenProvider({ connection: { payment, asStaff } }: OneShop, work: () => Promise<void>): Promise<void> {
  const put = async (faults: readonly object[]) => {
    const answer = { 200: PaymentFaults }
    await payment.call({ method: 'PUT', path: '/faults', headers: await asStaff(), body: { faults }, answer })
  }
  await put([{ kind: 'reset', effect: 'none' }])
  try {
    await work()
  } finally {
    await put([])
  }
}

/** Its mongod stands still. */
async function silentDatabase({ folder }: OneShop, work: () => Promise<void>): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'data/db/mongod.lock'), 'utf8'))
  process.kill(pid, 'SIGSTOP')
  try {
    await work()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

/** An order that nobody placed: no handler can make sense of it. */
async function poisonFor(ms: number, amqpUrl: string): Promise<void> {
  const poison = poisonOf(orderEvents.placed, { orderId: newId('ord') }).filter(({ reason }) => reason === 'permanent')
  await meanwhile(ms, async () => {
    await publishPoison(amqpUrl, orderEvents.placed, poison)
    await sleep(1000)
  })
}

/** As many as ordersFor() can use. */
async function cartsOf(shopper: Shopper): Promise<string[]> {
  const carts: string[] = []
  while (carts.length < (lastsMs / orderEveryMs) * ordersAtOnce) carts.push(await shopper.newCart())
  return carts
}

/** A few a second; how they end does not matter. */
async function ordersFor(ms: number, shopper: Shopper, carts: string[]): Promise<void> {
  await meanwhile(ms, async () => {
    await Promise.all(carts.splice(0, ordersAtOnce).map((cart) => shopper.place(cart)))
    await sleep(orderEveryMs)
  })
}

async function readsFor(ms: number, { urls }: OneShop): Promise<void> {
  await meanwhile(ms, async () => {
    await fetch(`${urls.product}/products?limit=1`)
    await sleep(200)
  })
}

async function meanwhile(ms: number, work: () => Promise<void>): Promise<void> {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;) await work()
}
