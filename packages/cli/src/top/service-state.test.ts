import { describe, expect, it } from 'vitest'
import { parseMetrics } from './parse-metrics.ts'
import { quantile } from './quantile.ts'
import { serviceState } from './service-state.ts'

const at = (atMs: number, text: string) => ({ atMs, samples: parseMetrics(text) })
const requests = (status: string, ...counts: [string, number][]) =>
  counts
    .map(
      ([le, count]) =>
        `http_server_request_duration_seconds_bucket{le="${le}",http_response_status_code="${status}"} ${count}`,
    )
    .concat(`http_server_request_duration_seconds_count{http_response_status_code="${status}"} ${counts.at(-1)![1]}`)
    .join('\n')

describe('parseMetrics', () => {
  it('reads names, labels with escapes, values and infinities, and passes over the rest', () => {
    expect(
      parseMetrics(
        '# HELP a b\na 1\nb{x="1",y="say \\"hi\\", \\\\ and\\nmore"} 2.5e-3\nc{le="+Inf"} +Inf # {trace_id="f"} 1 2\n\nnonsense',
      ),
    ).toEqual([
      { name: 'a', labels: {}, value: 1 },
      { name: 'b', labels: { x: '1', y: 'say "hi", \\ and\nmore' }, value: 0.0025 },
      { name: 'c', labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY },
    ])
  })
})

describe('quantile', () => {
  const buckets = new Map([
    [0.1, 50],
    [1, 90],
    [Number.POSITIVE_INFINITY, 100],
  ])
  it.each([
    [0.5, 0.1],
    [0.7, 0.55],
    [0.99, 1],
  ])('%d lies at %d s', (q, seconds) => expect(quantile(q, buckets)).toBeCloseTo(seconds))
  it('is unknown without observations', () => {
    expect(quantile(0.5, new Map([[1, 0]]))).toBeNull()
    expect(quantile(0.5, new Map())).toBeNull()
  })
})

describe('serviceState', () => {
  it('tells rates and quantiles of what happened between two scrapes', () => {
    const before = at(0, `${requests('200', ['0.1', 100], ['+Inf', 100])}\n${requests('503', ['0.1', 1], ['+Inf', 1])}`)
    const now = at(
      2000,
      `${requests('200', ['0.1', 109], ['+Inf', 109])}\n${requests('503', ['0.1', 1], ['+Inf', 2])}
toko_outbox_pending 3
toko_outbox_oldest_age_seconds 7.5
toko_bus_connected 0
toko_breaker_state{target="product-service"} 2
toko_breaker_state{target="user-service"} 0
toko_dead_letters_parked{queue="a"} 1
toko_dead_letters_parked{queue="b"} 2`,
    )
    expect(serviceState('order', before, now)).toMatchObject({
      service: 'order',
      fault: null,
      requestsPerSecond: 5,
      errorShare: 0.1,
      p50Seconds: expect.closeTo(0.0556, 3),
      p99Seconds: 0.1,
      outboxPending: 3,
      outboxAgeSeconds: 7.5,
      busConnected: false,
      openBreakers: ['product-service'],
      deadLetters: 3,
      memoryBytes: null,
    })
  })

  it('counts from 0 after a restart', () => {
    const [before, now] = [at(0, requests('200', ['+Inf', 1000])), at(1000, requests('200', ['+Inf', 4]))]
    expect(serviceState('user', before, now).requestsPerSecond).toBe(4)
  })

  it('says that a service could not be read, and nothing else', () => {
    const state = serviceState('user', { atMs: 0, fault: 'not reachable' }, { atMs: 1000, fault: 'not reachable' })
    expect(state).toMatchObject({
      fault: 'not reachable',
      requestsPerSecond: null,
      p50Seconds: null,
      busConnected: null,
    })
  })
})
