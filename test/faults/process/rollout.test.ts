import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Replica, seedAccounts, type ShopConnection, type SplitShop, startSplitShop } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultsOf, printResult } from '../../rollout/print-result.ts'
import { runRollout } from '../../rollout/run-rollout.ts'
import type { Step } from '../../rollout/steps/step.ts'
import { unhurried } from '../support/settings.ts'

/** The sequence of packages/runtime and packages/http that a rollout relies on, without a cluster around it (test/rollout has one). */
const folder = mkdtempSync(join(tmpdir(), 'toko-rollout-'))
let split: SplitShop
let shop: ShopConnection

beforeAll(async () => {
  split = await startSplitShop({ folder, replicas: 2, env: unhurried, restartDelayMs: 100 })
  await split.whenReady()
  const { user, product, order, payment } = split.urls
  shop = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  await seedAccounts(shop, folder)
}, 180_000)
afterAll(async () => {
  await shop?.close()
  await split?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Asks it to end, and waits until another process is there in its place. */
const replaced = (replica: Replica, signal: NodeJS.Signals): Step => ({
  name: `${signal} of ${replica.name}`,
  async run() {
    const before = replica.pid
    replica.kill(signal)
    await eventually(() => expect(replica.pid).not.toBe(before), { timeoutMs: 60_000 })
    await replica.whenReady()
    if (signal === 'SIGTERM') expect(replica.exits.at(-1)).toMatchObject({ code: 0 })
  },
})

const rollout = (name: string, steps: Step[]) =>
  runRollout({
    shop,
    urls: split.urls,
    rate: 20,
    leastRequests: 0,
    steps,
    reportFolder: join(folder, name),
    onLine() {},
  })
const demands = { leastRequests: 200, upgrades: false }

it(
  'loses no request and no order while every process is replaced, one after the other',
  { timeout: 400_000 },
  async () => {
    const result = await rollout(
      'sigterm',
      split.replicas.map((each) => replaced(each, 'SIGTERM')),
    )
    expect(faultsOf(result, demands), printResult(result, demands)).toEqual([])
    expect(result.steps).toHaveLength(8)
    expect(result.fresh).toBeGreaterThan(result.requests / 3)
    expect(result.operations.map(({ op }) => op)).toEqual([
      'GET /audit/payments',
      'GET /orders/{id}',
      'GET /products',
      'GET /products/{id}',
      'GET /users/me',
      'POST /carts',
      'POST /orders',
      'PUT /carts/{id}/lines/{sku}',
    ])
  },
)

it(
  'would have seen it: requests fail when processes are killed, and still no order is lost',
  { timeout: 400_000 },
  async () => {
    const kills = split.replicas.filter(({ service }) => service === 'order')
    // Both at once: nobody is left to answer.
    const result = await rollout('sigkill', [
      {
        name: 'SIGKILL of both',
        run: async () => void (await Promise.all(kills.map((each) => replaced(each, 'SIGKILL').run()))),
      },
    ])
    expect(result.failures.length).toBeGreaterThan(0)
    expect(result.failures.every(({ op }) => /orders|carts/.test(op))).toBe(true)
    const { broken } = result.verdict
    expect([broken.lost, broken.doubled, broken.unexpected, broken.stuck]).toEqual([[], [], [], []])
  },
)
