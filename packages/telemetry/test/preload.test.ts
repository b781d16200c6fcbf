import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
}
type Attributes = { key: string; value: { stringValue?: string } }[]
interface Export {
  resourceSpans: { resource: { attributes: Attributes }; scopeSpans: { spans: Span[] }[] }[]
}

const fixture = fileURLToPath(new URL('fixtures/program.ts', import.meta.url))
const preload = fileURLToPath(new URL('../src/preload.ts', import.meta.url))

let receiver: Server
let received: Export[]
let url: string

beforeEach(async () => {
  received = []
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/v1/traces') received.push(JSON.parse(Buffer.concat(chunks).toString()) as Export)
      response.writeHead(request.url === '/v1/traces' ? 200 : 500, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterEach(async () => {
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

async function run(env: Record<string, string>) {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', preload, fixture], {
    env: { PATH: process.env['PATH'], ...env },
  })
  const result = JSON.parse(stdout.trim().split('\n').at(-1)!) as { hasFlush: boolean; isRecording: boolean }
  return { ...result, stdout, stderr }
}

/** Span names by the service.name that they arrived with. */
const arrived = () =>
  received
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })))
    })

const toReceiver = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })

it('sends the spans of each service under its own name, all before the process ends', async () => {
  expect(await run(toReceiver())).toMatchObject({ hasFlush: true, isRecording: true, stderr: '' })
  const spans = arrived()
  expect(Object.fromEntries(spans.map(({ name, service }) => [name, service]))).toEqual({
    'POST /orders': 'order',
    inherits: 'order',
    call: 'order',
    'PUT /reservations': 'product',
  })
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  expect(spans.filter(({ parentSpanId }) => !parentSpanId)).toHaveLength(1)
  const ids = new Set(spans.map(({ spanId }) => spanId))
  expect(spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId))).toEqual([])
})

it('keeps one name for all when somebody gave one, and the resource attributes', async () => {
  const named = { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=toko' }
  await run({ ...toReceiver(), ...named })
  expect(new Set(arrived().map(({ service }) => service))).toEqual(new Set(['shop']))
  const keys = received[0]!.resourceSpans[0]!.resource.attributes.map(({ key }) => key)
  expect(keys).toContain('service.namespace')
  expect(keys.filter((key) => key.startsWith('process.'))).toEqual([]) // command line and owner are nobody's business
})

it('is off without OTEL variables', async () => {
  expect(await run({})).toMatchObject({ hasFlush: false, isRecording: false, stderr: '' })
})

it('tells what is malformed and goes on without tracing', async () => {
  const { isRecording, stderr } = await run({ ...toReceiver(), OTEL_TRACES_SAMPLER: 'sometimes' })
  expect(isRecording).toBe(false)
  expect(stderr).toMatch(/^toko telemetry: OTEL_TRACES_SAMPLER "sometimes": expected one of .*; tracing stays off\n$/)
})

it('ends in spite of a collector that is away, and says so', async () => {
  const startedMs = performance.now()
  const { stdout } = await run({ ...toReceiver(), OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  expect(performance.now() - startedMs).toBeLessThan(6000)
  expect(stdout).toContain('flush: spans not sent within 3000 ms')
})
