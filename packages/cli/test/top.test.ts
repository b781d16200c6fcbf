import { adminListener, createMetrics } from '@toko/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toko } from './toko-process.ts'

const names = ['user', 'product', 'order', 'payment'] as const
const services = names.map((service) => {
  const metrics = createMetrics(service)
  const admin = adminListener({ service, host: '127.0.0.1', port: 0, metrics, ready() {} })
  return { service, metrics, admin }
})
let env: Record<string, string>
let traffic: NodeJS.Timeout

beforeAll(async () => {
  for (const { admin } of services) await admin.start?.()
  const urls = services.map(({ service, admin }) => [
    `TOKO_${service.toUpperCase()}_ADMIN_URL`,
    `http://127.0.0.1:${admin.port()}`,
  ])
  // Far from where another shop's process may answer.
  env = { ...Object.fromEntries(urls), TOKO_PORT_OFFSET: '30000' }
  const { metrics } = services[2]!
  const requests = metrics.histogram('http_server_request_duration_seconds')
  metrics.gauge('toko_breaker_state').set({ target: 'payment-service' }, 2)
  metrics.gauge('toko_dead_letters_parked').set({ queue: 'q' }, 4)
  metrics.observedGauge('toko_outbox_pending', () => 7)
  metrics.observedGauge('toko_outbox_oldest_age_seconds', () => 12.4)
  metrics.observedGauge('toko_bus_connected', () => 1)
  let n = 0
  traffic = setInterval(() => {
    const code = n++ % 4 === 0 ? '503' : '201'
    const labels = { http_request_method: 'POST', http_route: '/orders', http_response_status_code: code } as const
    requests.observe({ ...labels, error_type: code === '503' ? code : '' }, 0.2)
  }, 20)
})
afterAll(async () => {
  clearInterval(traffic)
  for (const { admin } of services) await admin.stop?.()
})

describe('toko top', () => {
  it('tells the state of every service from their metrics alone', async () => {
    const { code, stdout, stderr } = await toko(['top', '--once', '--json', '--every', '1'], env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const told = JSON.parse(stdout) as { services: Record<string, unknown>[] }
    expect(told.services.map(({ service }) => service).toSorted()).toEqual(names.toSorted())
    const order = told.services.find(({ service }) => service === 'order')!
    expect(order).toMatchObject({
      fault: null,
      outboxPending: 7,
      outboxAgeSeconds: 12.4,
      busConnected: true,
      deadLetters: 4,
      openBreakers: ['payment-service'],
    })
    expect(order['requestsPerSecond']).toBeGreaterThan(1)
    expect(order['errorShare']).toBeCloseTo(0.25, 0)
    expect(order['p99Seconds']).toBeGreaterThan(0.1)
    expect(order['p99Seconds']).toBeLessThanOrEqual(0.25)
    expect(order['memoryBytes']).toBeGreaterThan(1e6)
  })

  it('prints a table, and says which service it could not read', async () => {
    const { code, stdout } = await toko(['top', '--once', '--every', '1'], {
      ...env,
      TOKO_PAYMENT_ADMIN_URL: 'http://127.0.0.1:1',
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^service +req\/s +err +p50 +p99 /)
    expect(stdout).toMatch(/^order +\d+.* 7 12\.4s .*payment-service$/m)
    expect(stdout).toMatch(/^payment: not reachable$/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})
