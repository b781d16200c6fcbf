import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrderStory } from '@toko/contracts'
import { eventually, otlpReceiver, type OtlpReceiver } from '@toko/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Buyer, buyer } from './buyer.ts'
import { type RunReport, shopVariables, start, type Started, toko } from './toko-process.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'toko-story-'))
let collector: OtlpReceiver
let env: Record<string, string>
let run: Started
let report: RunReport
let [customer, staff] = [] as unknown as [Buyer, Buyer]

const url = (name: string) => report.services.find((service) => service.name === name)!.url

beforeAll(async () => {
  collector = await otlpReceiver()
  env = {
    ...(await shopVariables(dataDir, inject('mongodBinary'))),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    TOKO_SPANS: `${collector.url}/v1/traces`,
    TOKO_PROMETHEUS_URL: 'http://127.0.0.1:1',
    // An order whose payment gets no answer is given up soon.
    ORDER_PAYING_LIMIT_MS: '8000',
    ORDER_FIRST_SWEEP_MS: '500',
    ORDER_SWEEP_EVERY_MS: '200',
    ORDER_MAX_BACKOFF_MS: '1000',
  }
  run = start(['run', '--json'], env)
  report = await run.json()
  ;[customer, staff] = [buyer(report, report.accounts!.customer), buyer(report, report.accounts!.staff)]
  await Promise.all([customer.signIn(), staff.signIn()])
}, 180_000)
afterAll(async () => {
  run.child.kill('SIGTERM')
  await run.ended
  await collector.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

afterEach(async () => {
  await staff.put(`${url('payment')}/faults`, {})
})

async function ordered(): Promise<string> {
  const attempt = await customer.prepare('KOPI-GAYO-200G')
  expect(await customer.place(attempt)).toBe(true)
  return attempt.orderId!
}
async function storyOf(id: string): Promise<OrderStory> {
  const { stdout, stderr } = await toko(['order', id, '--json'], env)
  expect(stderr).toBe('')
  return JSON.parse(stdout) as OrderStory
}

describe('toko order', { timeout: 90_000 }, () => {
  it('tells of a sound order: one trace through every service, the events in order, nothing failed', async () => {
    const id = await ordered()
    const story = await eventually(
      async () => {
        const told = await storyOf(id)
        expect(told.missing).toEqual([expect.stringContaining('alerts could not be read')])
        return told
      },
      { timeoutMs: 40_000, everyMs: 500 },
    )
    expect(story.cause).toBeNull()
    const traces = 'value' in story.traces ? story.traces.value : []
    // On a busy machine a sweeper may be the first to take up a step: that is a trace of its own.
    expect(traces[0]).toMatchObject({ name: 'POST /orders' })
    expect(traces.filter(({ rootCause }) => rootCause !== null)).toEqual([])
    expect(traces[0]!.services.toSorted()).toEqual(['order', 'payment', 'product', 'user'])
    const told = story.events.map(({ service, what }) => `${service} ${what.replace(/ (IDR|Rp).*/, '')}`)
    const inOrder = [
      'order pending',
      'order reserved',
      'order paying',
      'payment authorised',
      'order authorised',
      'order confirmed',
    ]
    expect(told.filter((each) => inOrder.includes(each))).toEqual(inOrder)
    expect(told).toContain('order publishes order_placed')
    expect(told.indexOf('product handles order_placed')).toBeGreaterThan(told.indexOf('order publishes order_placed'))
    const known = new Set(traces.map(({ traceId }) => traceId))
    expect('value' in story.logs && story.logs.value.filter(({ traceId }) => !known.has(traceId ?? ''))).toEqual([])
  })

  it('names the payment service where the provider broke the connection, and marks the span', async () => {
    await staff.put(`${url('payment')}/faults`, { faults: [{ kind: 'reset', effect: 'none' }] })
    const id = await ordered()
    const story = await eventually(
      async () => {
        const told = await storyOf(id)
        expect(told.order).toMatchObject({ reason: 'payment-timeout' })
        return told
      },
      { timeoutMs: 40_000, everyMs: 500 },
    )
    expect(story.cause).toMatchObject({ service: 'payment', evidence: 'span', operation: 'PUT /payments/{key}' })
    const { stdout } = await toko(['order', id], env)
    expect(stdout).toMatch(/Cause\n {2}payment\n {2}PUT \/payments\/\{key\}/)
    expect(stdout).toMatch(/✗ order: PUT \/payments\/\{key\}.* ← root cause/)
    expect(stdout).not.toContain('\u001b[')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('says what it can not look at, and still tells the rest', async () => {
    const id = await ordered()
    const { code, stdout, stderr } = await toko(['order', id, '--json', '--logs', '/nonexistent'], {
      ...env,
      TOKO_SPANS: '/nonexistent',
      TOKO_PAYMENT_URL: 'http://127.0.0.1:1',
    })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const { missing, order } = JSON.parse(stdout) as OrderStory
    expect(order.id).toBe(id)
    for (const what of ["the provider's ledger", 'dead letters', 'traces', 'log lines', 'alerts'])
      expect(missing).toContainEqual(expect.stringMatching(new RegExp(`^${what} could not be read: `)))
  })

  it('follows an order until it is at rest', async () => {
    const { code, stdout } = await toko(['order', await ordered(), '--watch', '1'], env)
    expect(code).toBe(0)
    expect(stdout.match(/^Cause$/gm)!.length).toBeGreaterThan(0)
    expect(stdout.slice(stdout.lastIndexOf('number '))).toMatch(/confirmed/)
  })
})
