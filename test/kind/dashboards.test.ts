import { eventually } from '@toko/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Shopper, startShopper } from '../faults/support/shopper.ts'
import { emptyPanels, panelQueries } from '../telemetry/support/panel-queries.ts'
import { query } from './support/prometheus.ts'
import { kindShop } from './support/shop.ts'

let shopper: Shopper

beforeAll(async () => {
  const shop = kindShop()
  shopper = await startShopper(shop)
  for (let n = 0; n < 5; n++) await shopper.placed(await shopper.newCart(), { waitS: 2 })
  await shop.connection.close()
})

describe('dashboards', () => {
  it('every query of services, broker, collector and Prometheus returns data from the Prometheus of the cluster', async () => {
    const queries = panelQueries(['services', 'broker', 'collector', 'prometheus'])
    await eventually(async () => expect(await emptyPanels(queries, query)).toEqual([]), {
      timeoutMs: 100_000,
      everyMs: 5000,
    })
    console.log(`# ${queries.length} queries returned data, or were rightly empty`)
  })
})

describe('rules', () => {
  it('are evaluated without a fault, and none says that money or goods went wrong', async () => {
    const failures = await query('sum(increase(prometheus_rule_evaluation_failures_total[10m]))')
    expect(failures.map(({ value }) => value)).toEqual([0])
    // What was restarted or replaced before may well page for its answers: that is what they are for.
    const wrong = 'BooksDiffer|OrderWentWrong|ReservationWentWrong|DocumentParked'
    const firing = await query(`ALERTS{alertstate="firing",alertname=~"${wrong}"}`)
    expect(firing.map(({ labels }) => `${labels['alertname']} ${labels['kind'] ?? ''}`)).toEqual([])
    expect(await query('ALERTS{alertstate="firing",alertname="DeadManSwitch"}')).toHaveLength(1)
  })
})
