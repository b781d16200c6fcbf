import { metricRegistry, nodeMetricNames } from '@toko/runtime'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workFolder } from '../faults/support/work-folder.ts'
import { type Prometheus, startPrometheus } from './support/prometheus.ts'
import { startTracedShop, type TracedShop } from './support/traced-shop.ts'

const folder = workFolder('prometheus')
let traced: TracedShop
let prometheus: Prometheus

beforeAll(async () => {
  traced = await startTracedShop(folder, { OTEL_BSP_SCHEDULE_DELAY: '100' })
  const { shop } = traced
  for (let n = 0; n < 5; n++) await fetch(`${shop.urls.product}/products?limit=1`)
  prometheus = await startPrometheus(folder, shop.adminUrls)
}, 180_000)
afterAll(async () => {
  await prometheus?.stop()
  await traced?.stop()
})

describe('a real Prometheus', { timeout: 120_000 }, () => {
  it('takes what every service tells, in OpenMetrics', async () => {
    await eventually(
      async () =>
        expect((await prometheus.scrapeErrors()).toSorted()).toEqual([
          'order up',
          'payment up',
          'product up',
          'user up',
        ]),
      { timeoutMs: 60_000 },
    )
    for (const { metric, value } of await prometheus.query('scrape_samples_scraped')) {
      expect(Number(value[1]), metric['job']).toBeGreaterThan(50)
      expect(Number(value[1]), metric['job']).toBeLessThan(10_000)
    }
  })

  it('knows every series by its name in the registry, with the service as a label', async () => {
    const series = await prometheus.query('count by (__name__, service) ({job=~"user|product|order|payment"})')
    const names = new Set(series.map(({ metric }) => metric['__name__']!))
    const known = new Set([...Object.keys(metricRegistry), ...nodeMetricNames])
    const unknown = [...names]
      .filter((name) => !/^(up|scrape_.*)$/.test(name))
      .filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')))
    expect(unknown).toEqual([])
    expect(names).toContain('toko_orders_placed_total')
    expect(names).toContain('http_server_request_duration_seconds_bucket')
    const own = series
      .filter(({ metric }) => metric['__name__'] === 'toko_build_info')
      .map(({ metric }) => metric['service'])
    expect(own.toSorted()).toEqual(['order', 'payment', 'product', 'user'])
  })

  it('has exemplars that lead to traces which were received', async () => {
    await eventually(async () => {
      const found = await prometheus.exemplars('http_server_request_duration_seconds_bucket{service="product"}')
      expect(found.length).toBeGreaterThan(0)
      const traces = new Set(traced.collector.spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`))
      for (const { labels } of found) {
        expect(Object.keys(labels).toSorted()).toEqual(['span_id', 'trace_id'])
        expect(traces).toContain(`${labels['trace_id']} ${labels['span_id']}`)
      }
    })
  })
})
