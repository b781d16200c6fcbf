import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workFolder } from '../faults/support/work-folder.ts'
import { metricFaults, seriesOf } from './rules/metric-faults.ts'
import { startTracedShop, type TracedShop } from './support/traced-shop.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 32 })
const folder = workFolder('flood')
let traced: TracedShop

beforeAll(async () => {
  traced = await startTracedShop(folder, { OTEL_BSP_SCHEDULE_DELAY: '100', TOKO_LOG_LEVEL: 'error' })
})
afterAll(async () => {
  agent.destroy()
  await traced?.stop()
})

function send(path: string, method: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(traced.shop.urls.product + path, { method, headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!))
    })
    sent.on('error', reject).end()
  })
}

/** Wherever a client can say who it is; nothing of it may become a label. */
const asTenant = (n: number) => ({
  host: `tenant-${n}.shop.example`,
  'x-forwarded-host': `tenant-${n}.shop.example`,
  'x-tenant': `tenant-${n}`,
  'x-request-id': `tenant-${n}`,
  'user-agent': `tenant-${n}/1.0`,
  authorization: `Bearer tenant-${n}`,
  baggage: `tenant=tenant-${n}`,
  traceparent: `00-${n.toString(16).padStart(32, '1')}-${n.toString(16).padStart(16, '1')}-01`,
})

const metrics = async () => (await fetch(`${traced.shop.adminUrls.product}/metrics`)).text()
const invalid = async (header: string) =>
  Number(
    new RegExp(`^toko_invalid_trace_context_total\\{carrier="http",header="${header}".* (\\d+)$`, 'm').exec(
      await metrics(),
    )?.[1],
  )

describe('clients that send anything', { timeout: 120_000 }, () => {
  it('make no more series: 10,000 different URLs, ids and tenants, methods of every kind', async () => {
    const methods = [
      'GET',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'PROPFIND',
      'MKCOL',
      'LOCK',
      'PURGE',
      'SEARCH',
      'REPORT',
      'TRACE',
    ]
    await send('/products', 'GET')
    const lanes = Array.from({ length: 32 }, async (_, lane) => {
      for (let n = lane; n < 10_000; n += 32)
        await send(
          n % 2 === 0 ? `/nothing-${n}/${n % 7}?tenant=${n}` : `/products/prd-${n}?tenant=${n}`,
          methods[n % methods.length]!,
          asTenant(n),
        )
    })
    await Promise.all(lanes)
    for (const [service, url] of Object.entries(traced.shop.adminUrls))
      expect(metricFaults(service, await (await fetch(`${url}/metrics`)).text())).toEqual([])
    const text = await metrics()
    expect(text).not.toContain('tenant')
    const requests = seriesOf(text).filter(({ name }) => name === 'http_server_request_duration_seconds')
    expect(new Set(requests.map(({ labels }) => labels['http_request_method']))).toContain('_OTHER')
    const sets = new Set(requests.map(({ labels: { le: _, ...labels } }) => JSON.stringify(labels)))
    expect(sets.size).toBeLessThan(20)
    const names = new Set(traced.collector.spans().map(({ name }) => name))
    expect(names.size).toBeLessThan(60)
  })

  it.each([
    ['traceparent', 'nonsense'],
    ['traceparent', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`],
    ['traceparent', `00-${'a'.repeat(32)}-${'1'.repeat(15)}-01`],
    ['traceparent', `ff-${'a'.repeat(32)}-${'1'.repeat(16)}-01`],
    ['traceparent', 'x'.repeat(5000)],
    ['baggage', ',;=,'],
    ['baggage', '%%%'],
    ['baggage', `order.id=ord_${'0'.repeat(32)},${'x=1,'.repeat(2100)}`],
  ])('have a malformed %s ignored and counted: %s', async (header, value) => {
    const before = await invalid(header)
    expect(await send('/products?limit=1', 'GET', { [header]: value })).toBe(200)
    expect(await invalid(header)).toBe(before + 1)
  })

  it('can not have us carry their baggage on, nor a false order id', async () => {
    const traceId = 'c'.repeat(32)
    const traceparent = `00-${traceId}-${'1'.repeat(16)}-01`
    const before = await invalid('baggage')
    for (const baggage of ['tenant=evil,order.id=ord_1', 'order.id=%3Cscript%3E', 'session=abc;ttl=3'])
      expect(await send('/products?limit=1', 'GET', { traceparent, baggage })).toBe(200)
    expect(await invalid('baggage')).toBe(before)
    await expect
      .poll(() => traced.collector.spans().filter((span) => span.traceId === traceId && span.kind === 2).length, {
        timeout: 10_000,
      })
      .toBe(3)
    const told = traced.collector.spans().filter((span) => span.traceId === traceId)
    expect(told.filter(({ attributes }) => 'order.id' in attributes)).toEqual([])
  })
})
