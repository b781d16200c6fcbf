import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ShopLoad, startShopLoad } from '../../faults/support/load.ts'
import { startControlPlane, stopControlPlane } from '../support/control-plane.ts'
import { kubectl, scale } from '../support/kubectl.ts'
import { restartsOf, runningPods, settledPods } from '../support/pods.ts'
import { type KindShop, kindShop } from '../support/shop.ts'

const services = 'app.kubernetes.io/component=service'
const system = { namespace: 'kube-system' }
const awayMs = 60_000

let shop: KindShop
let load: ShopLoad
let restarts: string[]

beforeAll(async () => {
  await settledPods()
  shop = kindShop()
})
afterAll(() => shop.connection.close())
beforeEach(async () => {
  restarts = restartsOf(await runningPods(services))
  const folder = mkdtempSync(join(tmpdir(), 'toko-kind-'))
  load = await startShopLoad({ connection: shop.connection, folder }, { clients: 3, rate: 3 })
  await load.untilAcknowledged(10)
})
afterEach(bringBack, 300_000)

async function bringBack(): Promise<void> {
  await startControlPlane()
  await scale('deployment/coredns', 1, system)
}

/** The load goes on for the time of the fault, and ends in books that agree. */
async function expectNoEffect(): Promise<void> {
  const fromMs = performance.now()
  await sleep(awayMs)
  const placed = load.attempts(fromMs).filter(({ op }) => op === 'place')
  console.log(`# ${placed.length} orders in the ${awayMs / 1000} s, slowest ${Math.round(slowest(placed))} ms`)
  expect(placed.length).toBeGreaterThan(60)
  // A key that is used again with another body is refused, as it should be; what nobody answered would be unknown.
  expect(placed.filter(({ outcome }) => outcome === 'info')).toEqual([])
  expect(slowest(placed)).toBeLessThanOrEqual(5000)
}
const slowest = (attempts: ReturnType<ShopLoad['attempts']>) => Math.max(...attempts.map(({ t0, t1 }) => t1 - t0))

describe('row 44: the control plane away for a minute', { timeout: 600_000 }, () => {
  it("without API server, scheduler, controllers and the cluster's DNS every order is taken as before, over open connections", async () => {
    await scale('deployment/coredns', 0, system)
    await kubectl(['wait', '--for=delete', 'pod', '--selector=k8s-app=kube-dns', '--timeout=60s'], system)
    await stopControlPlane()
    await expectNoEffect()
    const [{ isGreen }] = await Promise.all([load.finish(), bringBack()])
    expect(isGreen).toBe(true)
    expect(restartsOf(await runningPods(services))).toEqual(restarts)
  })
})
