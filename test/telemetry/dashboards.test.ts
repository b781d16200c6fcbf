import { fileURLToPath } from 'node:url'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShopLoad } from '../faults/support/load.ts'
import { misfortunes } from './support/misfortunes.ts'
import { type ObservedShops, startObservedShops } from './support/observed-shops.ts'
import { emptyPanels, panelQueries } from './support/panel-queries.ts'
import { type Prometheus, startPrometheus } from './support/prometheus.ts'

const rules = fileURLToPath(new URL('../../charts/observability/files/rules/demo.yaml', import.meta.url))
const queries = panelQueries(['services', 'prometheus'])
/** Panels that no fault fills, each with its reason. */
const unfed = new Map([
  ['toko-platform: Values counted as "other"', 'no client can make up the value of a label: flood.test.ts tries'],
])
const orders = 100
let shops: ObservedShops
let prometheus: Prometheus

beforeAll(async () => {
  shops = await startObservedShops()
  prometheus = await startPrometheus(shops.direct.shop.folder, shops.targets, { asInChart: true, ruleFiles: [rules] })
  const loads = await Promise.all([
    startShopLoad(shops.direct.shop, { clients: 2, rate: 10 }),
    startShopLoad(shops.byMessages.shop, { clients: 1, rate: 2 }),
  ])
  await loads[0].untilAcknowledged(orders, 120_000)
  for (const load of loads) await load.finish()
}, 400_000)
afterAll(async () => {
  await prometheus?.stop()
  await shops?.stop()
})

describe('dashboards and rules over a real Prometheus, after a load', { timeout: 180_000 }, () => {
  it('every query is understood, and returns data where data should be', async () => {
    expect(queries.length).toBeGreaterThan(80)
    // The rules are evaluated every 15 s.
    await eventually(async () => expect(await emptyPanels(queries, prometheus.query)).toEqual([]), {
      timeoutMs: 90_000,
      everyMs: 5000,
    })
  })

  it('nothing but the dead man fires on a shop that is well, however slow the machine', async () => {
    await eventually(
      async () => {
        const slow = 'ApiLatencyBurn|EventLoopBusy|OrdersLate|OrderOutcomeBurn'
        const firing = await prometheus.query(`ALERTS{alertstate="firing",alertname!~"${slow}"}`)
        expect(firing.map(({ metric }) => metric['alertname'])).toEqual(['DeadManSwitch'])
      },
      { timeoutMs: 60_000, everyMs: 2000 },
    )
  })

  it('a promise has its ratio: all answers were good, and every order counts', async () => {
    const ratios = await prometheus.query('toko_slo_bad:ratio5m{slo="api-availability"}')
    expect(ratios.map(({ metric }) => metric['service']).toSorted()).toEqual(['order', 'payment', 'product', 'user'])
    expect(ratios.map(({ value }) => Number(value[1]))).toEqual([0, 0, 0, 0])
    // As of the last evaluation, which may have been while the orders came.
    await eventually(
      async () => {
        const outcome = await prometheus.query('toko_slo_events:increase5m{slo="order-outcome"}')
        expect(Number(outcome[0]?.value[1])).toBeGreaterThanOrEqual(orders)
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
  })

  it('each panel that only a failure fills is filled by one', async () => {
    await misfortunes(shops)
    const fed = queries.filter(({ where }) => !unfed.has(where)).map(({ emptyUnless: _, ...query }) => query)
    await eventually(async () => expect(await emptyPanels(fed, prometheus.query)).toEqual([]), {
      timeoutMs: 60_000,
      everyMs: 5000,
    })
    const faults = queries.filter(({ emptyUnless }) => emptyUnless !== undefined).length - unfed.size
    console.log(`# ${queries.length} queries asked, ${faults} of them filled by a fault`)
    for (const [where, reason] of unfed) console.log(`# not filled: ${where}: ${reason}`)
  })
})
