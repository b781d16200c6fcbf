import { fileURLToPath } from 'node:url'
import { eventually, freePorts } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShopLoad } from '../faults/support/load.ts'
import { workFolder } from '../faults/support/work-folder.ts'
import { emptyPanels, panelQueries } from './support/panel-queries.ts'
import { type Prometheus, startPrometheus } from './support/prometheus.ts'
import { startTracedShop, type TracedShop } from './support/traced-shop.ts'

const rules = fileURLToPath(new URL('../../charts/observability/files/rules/demo.yaml', import.meta.url))
const folder = workFolder('dashboards')
let traced: TracedShop
let prometheus: Prometheus

beforeAll(async () => {
  const [adminPort] = await freePorts(1)
  traced = await startTracedShop(folder, {
    ORDER_RECONCILE_EVERY_MS: '1000',
    TOKO_ADMIN_PORT: String(adminPort),
  })
  const { shop } = traced
  const targets = { ...shop.adminUrls, all: `http://127.0.0.1:${adminPort}` }
  prometheus = await startPrometheus(folder, targets, { asInChart: true, ruleFiles: [rules] })
  const load = await startShopLoad(shop, { clients: 2, rate: 10 })
  await load.untilAcknowledged(100, 120_000)
  await load.finish()
}, 400_000)
afterAll(async () => {
  await prometheus?.stop()
  await traced?.stop()
})

describe('dashboards and rules over a real Prometheus, after a load', { timeout: 180_000 }, () => {
  it('every query is understood, and returns data where data should be', async () => {
    const queries = panelQueries(['services', 'prometheus'])
    expect(queries.length).toBeGreaterThan(80)
    // The rules are evaluated every 15 s.
    await eventually(async () => expect(await emptyPanels(queries, prometheus.query)).toEqual([]), {
      timeoutMs: 90_000,
      everyMs: 5000,
    })
    const may = queries.filter(({ emptyUnless }) => emptyUnless !== undefined).length
    console.log(`# ${queries.length} queries asked, ${may} of them may be empty while nothing fails`)
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

  it('a promise has its ratio: all answers were good', async () => {
    const ratios = await prometheus.query('toko_slo_bad:ratio5m{slo="api-availability"}')
    expect(ratios.map(({ metric }) => metric['service']).toSorted()).toEqual(['order', 'payment', 'product', 'user'])
    expect(ratios.map(({ value }) => Number(value[1]))).toEqual([0, 0, 0, 0])
    const outcome = await prometheus.query('toko_slo_events:increase5m{slo="order-outcome"}')
    expect(Number(outcome[0]?.value[1])).toBeGreaterThan(50)
  })
})
