import { Agent, request } from 'node:http'
import { rmSync } from 'node:fs'
import { otlpReceiver, type OtlpReceiver } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mongodBinary } from '../faults/support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../faults/support/one-shop.ts'
import { workFolder } from '../faults/support/work-folder.ts'
import { metricFaults, seriesOf } from './rules/metric-faults.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 32 })
const preload = new URL('../../packages/telemetry/src/preload.ts', import.meta.url).href
const folder = workFolder('flood')
let collector: OtlpReceiver
let shop: OneShop

beforeAll(async () => {
  collector = await otlpReceiver()
  shop = await startOneShop({
    folder,
    mongodBinary: await mongodBinary(),
    preloads: [preload],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      TOKO_LOG_LEVEL: 'error',
    },
  })
})
afterAll(async () => {
  agent.destroy()
  await shop?.stop()
  await collector?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function send(path: string, method: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(shop.urls.product + path, { method, headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!))
    })
    sent.on('error', reject).end()
  })
}

const metrics = async () => (await fetch(`${shop.adminUrls.product}/metrics`)).text()
const invalid = async (header: string) =>
  Number(
    new RegExp(`^toko_invalid_trace_context_total\\{carrier="http",header="${header}".* (\\d+)$`, 'm').exec(
      await metrics(),
    )?.[1],
  )

describe('clients that send anything', { timeout: 120_000 }, () => {
  it('make no more series: 10,000 different URLs, all methods that Node knows, unknown statuses', async () => {
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
        await send(`/nothing-${n}/${n % 7}?tenant=${n}`, methods[n % methods.length]!, { 'x-tenant': `tenant-${n}` })
    })
    await Promise.all(lanes)
    const text = await metrics()
    expect(metricFaults('product', text)).toEqual([])
    const requests = seriesOf(text).filter(({ name }) => name === 'http_server_request_duration_seconds')
    expect(new Set(requests.map(({ labels }) => labels['http_request_method']))).toContain('_OTHER')
    const sets = new Set(requests.map(({ labels: { le: _, ...labels } }) => JSON.stringify(labels)))
    expect(sets.size).toBeLessThan(20)
    const names = new Set(collector.spans().map(({ name }) => name))
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
      .poll(() => collector.spans().filter((span) => span.traceId === traceId && span.kind === 2).length, {
        timeout: 10_000,
      })
      .toBe(3)
    const told = collector.spans().filter((span) => span.traceId === traceId)
    expect(told.filter(({ attributes }) => 'order.id' in attributes)).toEqual([])
  })
})
