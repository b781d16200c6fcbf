import { describe, expect, it } from 'vitest'
import { helm } from './support/helm.ts'
import { release } from './support/kubectl.ts'
import { kindScript } from './support/scripts.ts'

const orders = 100

describe('the shop in the cluster', { timeout: 400_000 }, () => {
  it(`keeps every promise over ${orders} orders: toko verify`, async () => {
    const printed = await kindScript('toko.sh', ['verify', '--orders', String(orders), '--clients', '6', '--json'])
    const { verdict } = JSON.parse(printed) as {
      verdict: { isGreen: boolean; history: { acknowledged: number; sent: number }; broken: Record<string, string[]> }
    }
    expect(verdict.broken).toEqual(Object.fromEntries(Object.keys(verdict.broken).map((name) => [name, []])))
    expect(verdict).toMatchObject({ isGreen: true, history: { sent: orders } })
    console.log(`# ${verdict.history.acknowledged} of ${verdict.history.sent} orders acknowledged, all promises kept`)
  })

  it('passes its own test: helm test places an order', async () => {
    expect(await helm(['test', release, '--timeout', '3m'])).toMatch(/Phase:\s+Succeeded/)
  })
})
