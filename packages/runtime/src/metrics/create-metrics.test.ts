import { describe, expect, it } from 'vitest'
import { createMetrics } from './create-metrics.ts'
import { nodeMetricNames } from './names/process.ts'
import { metricRegistry } from './registry.ts'

const own = () => createMetrics('test', { processMetrics: false, build: { version: '1.2.3', commit: 'abc' } })
const span = (traceFlags: number) => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags })
const request = {
  http_request_method: 'GET',
  http_route: '/things',
  http_response_status_code: '200',
  error_type: '',
} as const

describe('a counter', () => {
  it('has all its series from the start, so that a first event is a rise', async () => {
    const metrics = own()
    metrics.counter('toko_mails_total')
    const text = await metrics.render()
    for (const outcome of ['delivered', 'dropped', 'failed', 'postponed'])
      expect(text).toContain(`toko_mails_total{outcome="${outcome}",service="test"} 0\n`)
  })

  it('is the same for all who ask for its name', async () => {
    const metrics = own()
    metrics.counter('toko_orders_placed_total').inc({})
    metrics.counter('toko_orders_placed_total').inc({}, 2)
    expect(await metrics.render()).toContain('toko_orders_placed_total{service="test"} 3\n')
  })
})

describe('a label with open values', () => {
  it('takes as many as its definition says; the rest are "other", and counted', async () => {
    const metrics = own()
    const consumed = metrics.counter('messaging_client_consumed_messages_total')
    for (let n = 0; n < 10_000; n++) consumed.inc({ messaging_destination_name: `queue-${n}` })
    consumed.inc({ messaging_destination_name: 'queue-1' })
    const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith('messaging_client_consumed'))
    expect(lines).toHaveLength(51)
    expect(lines).toContain(
      'messaging_client_consumed_messages_total{messaging_destination_name="other",service="test"} 9950',
    )
    expect(lines).toContain(
      'messaging_client_consumed_messages_total{messaging_destination_name="queue-1",service="test"} 2',
    )
    expect(await metrics.render()).toContain(
      'toko_metrics_dropped_labels_total{metric="messaging_client_consumed_messages_total",service="test"} 9950\n',
    )
  })
})

describe('an exemplar', () => {
  const observed = async (traceFlags: number) => {
    const metrics = own()
    metrics.histogram('http_server_request_duration_seconds').observe(request, 0.2, span(traceFlags))
    return metrics
  }

  it('leads to the span of an observation, in OpenMetrics alone', async () => {
    const metrics = await observed(1)
    const line = (await metrics.render('openmetrics')).split('\n').find((each) => each.includes(' # '))
    expect(line).toMatch(
      /^http_server_request_duration_seconds_bucket\{le="0\.25",.*\} 1 # \{trace_id="a{32}",span_id="b{16}"\} 0\.2 [\d.]+$/,
    )
    expect(await metrics.render()).not.toMatch(/ # |EOF/)
  })

  it('is missing where nobody keeps the span', async () => {
    const metrics = await observed(0)
    metrics.histogram('http_server_request_duration_seconds').observe(request, 0.2, null)
    metrics.histogram('http_server_request_duration_seconds').observe(request, 0.2)
    expect(await metrics.render('openmetrics')).not.toMatch(/ # |undefined/)
  })
})

describe('an observed gauge', () => {
  it('is left out when its value can not be had, and comes back', async () => {
    const metrics = own()
    let read = async () => 3
    metrics.observedGauge('toko_outbox_pending', () => read())
    const shown = async () => /^toko_outbox_pending\{.*/m.exec(await metrics.render())?.[0]
    expect(await shown()).toBe('toko_outbox_pending{service="test"} 3')
    read = () => Promise.reject(new Error('no database'))
    expect(await shown()).toBeUndefined()
    read = () => new Promise(() => {})
    expect(await shown()).toBeUndefined()
  })
})

describe('the formats', () => {
  it('name counters as each wants it', async () => {
    const metrics = own()
    metrics.counter('toko_shipments_total').inc({}, 7)
    for (let round = 0; round < 2; round++) {
      const [open, plain] = [await metrics.render('openmetrics'), await metrics.render()]
      expect(open).toMatch(/^# TYPE toko_shipments counter\ntoko_shipments_total\{service="test"\} 7$/m)
      expect(open.endsWith('# EOF\n')).toBe(true)
      expect(plain).toMatch(
        /^# HELP toko_shipments_total Shipments of orders\n# TYPE toko_shipments_total counter\ntoko_shipments_total\{service="test"\} 7$/m,
      )
    }
  })

  it('tell the build and the process', async () => {
    const text = await createMetrics('test').render()
    expect(text).toMatch(/^toko_build_info\{version="\d+\.\d+\.\d+",commit="unknown",service="test"\} 1$/m)
    expect(text).toMatch(/^nodejs_eventloop_utilization_ratio\{service="test"\} (0|1|0\.\d+|\d\.?\d*e-\d+)$/m)
    const told = Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name!)
    const known = new Set<string>([...nodeMetricNames, ...Object.keys(metricRegistry)])
    expect(told.filter((name) => !known.has(name))).toEqual([])
    expect(nodeMetricNames.filter((name) => !told.includes(name))).toEqual([])
  })
})
