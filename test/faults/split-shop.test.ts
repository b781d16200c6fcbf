import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Replica, type SplitShop, startSplitShop } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'toko-split-'))
let shop: SplitShop

const isRunning = (pid: number | undefined) => {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}
const statusOf = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(2000) })).status
const products = () => statusOf(`${shop.urls.product}/products`)
const replicasOf = (service: string) => shop.replicas.filter((replica) => replica.service === service)

beforeAll(async () => {
  shop = await startSplitShop({
    folder,
    replicas: { product: 2 },
    restartDelayMs: 200,
    // A slow machine is none of the faults of these tests.
    env: { PRODUCT_LOG_LEVEL: 'warn', PRODUCT_MAX_LOOP_DELAY_MS: '10000' },
  })
})
afterAll(async () => {
  await shop.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the split shop', () => {
  it('runs each service as processes of its own, with a mongod of its own', async () => {
    expect(shop.replicas.map(({ service, index }) => `${service}-${index}`)).toEqual([
      'user-0',
      'product-0',
      'product-1',
      'payment-0',
      'order-0',
    ])
    const pids = [...shop.replicas, ...Object.values(shop.mongods), shop.broker].map(({ pid }) => pid)
    expect(pids.every(isRunning)).toBe(true)
    expect(new Set(pids).size).toBe(5 + 4 + 1)
    expect(await products()).toBe(200)
  })

  it('a killed replica is missed by nobody and comes back on its port', async () => {
    const [first] = replicasOf('product') as [Replica]
    const pid = first.pid
    expect(first.kill()).toBe(true)
    for (let n = 0; n < 4; n++) expect(await eventually(products)).toBe(200)
    await eventually(() => expect(first.exits).toMatchObject([{ signal: 'SIGKILL', isOurs: true }]))
    await eventually(() => expect(first.isReady).toBe(true))
    expect(first.pid).not.toBe(pid)
    expect(await statusOf(`${first.url}/products`)).toBe(200)
  })

  it('the balancer looks away from a replica that is stopped, until it goes on', async () => {
    const [first] = replicasOf('product') as [Replica]
    expect(first.pause()).toBe(true)
    await eventually(() => expect(first.isReady).toBe(false))
    for (let n = 0; n < 4; n++) expect(await products()).toBe(200)
    expect(first.resume()).toBe(true)
    await eventually(() => expect(first.isReady).toBe(true))
    expect(first.exits).toHaveLength(1)
  })

  it('a killed mongod comes back, and its service works again without a restart', async () => {
    const { mongods } = shop
    const pid = mongods.product.pid
    expect(mongods.product.kill()).toBe(true)
    await eventually(() => expect(mongods.product.pid).not.toBe(pid))
    await eventually(async () => expect(await products()).toBe(200))
    expect(mongods.product.pid).toBeDefined()
  })

  it('ends with nothing left, and says so in logs of its own', async () => {
    const pids = [...shop.replicas, ...Object.values(shop.mongods), shop.broker].map(({ pid }) => pid)
    expect(await shop.stop()).toEqual([])
    await eventually(() => expect(pids.filter(isRunning)).toEqual([]))
    expect(readFileSync(join(folder, 'logs', 'order-0.log'), 'utf8')).toContain('"msg":"stopped"')
  })
})

describe('a shop that cannot start', { timeout: 120_000 }, () => {
  it('says which replica and why, and leaves nothing', async () => {
    const other = mkdtempSync(join(tmpdir(), 'toko-split-'))
    const starting = startSplitShop({ folder: other, env: { ORDER_NONSENSE: '1' } })
    await expect(starting).rejects.toThrow(
      /^order-0 ended with 1 at its start, see .*order-0\.log\norder: invalid configuration\n {2}ORDER_NONSENSE +unknown variable$/,
    )
    rmSync(other, { recursive: true })
  })
})
