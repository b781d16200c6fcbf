import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrderStory } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buyer } from '../buyer.ts'
import { type RunReport, shopVariables, start, type Started, toko } from '../toko-process.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'toko-observed-'))
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('toko-observe-'))
const before = folders()
let env: Record<string, string>
let [observing, shop] = [] as unknown as [Started, Started]
let report: RunReport
/** What make observe prints as JSON. */
let observed: {
  urls: Record<'otlp' | 'prometheus' | 'jaeger', string>
  how: Record<'collector' | 'prometheus' | 'jaeger', string>
  hasRules: boolean
}

beforeAll(async () => {
  env = await shopVariables(dataDir, undefined)
  observing = start(['observe', '--json'], env)
  observed = (await observing.json()) as unknown as typeof observed
  const { otlp, jaeger, prometheus } = observed.urls
  env = {
    ...env,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    TOKO_JAEGER_URL: jaeger,
    TOKO_PROMETHEUS_URL: prometheus,
  }
  shop = start(['run', '--json'], env)
  report = await shop.json()
}, 240_000)
afterAll(async () => {
  shop?.child.kill('SIGTERM')
  await shop?.ended
  observing.child.kill('SIGTERM')
  await observing.ended
  rmSync(dataDir, { recursive: true, force: true })
})

const prometheus = async (path: string, url = observed.urls.prometheus) => {
  const answer = await fetch(`${url}/api/v1/${path}`)
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  return ((await answer.json()) as any).data
}

describe('toko observe', { timeout: 120_000 }, () => {
  it('shows an order as one trace through every service', async () => {
    const customer = buyer(report, report.accounts!.customer)
    await customer.signIn()
    const attempt = await customer.prepare('KOPI-GAYO-200G')
    expect(await customer.place(attempt)).toBe(true)
    await eventually(
      async () => {
        const { stdout } = await toko(['order', attempt.orderId!, '--json'], env)
        const { traces, alerts, missing } = JSON.parse(stdout) as OrderStory
        const [first] = 'value' in traces ? traces.value : []
        expect(first?.name).toBe('POST /orders')
        expect(first?.services.toSorted()).toEqual(['order', 'payment', 'product', 'user'])
        expect(alerts).toEqual({ value: expect.any(Array) })
        expect(missing).toEqual([])
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
  })

  it('scrapes every service and itself, and evaluates the rules of the chart', async () => {
    await eventually(
      async () => {
        const { result } = await prometheus('query?query=up==1')
        const jobs = result.map(
          ({ metric }: { metric: Record<string, string> }) => `${metric['job']} ${metric['service'] ?? ''}`,
        )
        expect(jobs.toSorted()).toEqual([
          'jaeger ',
          'otel-collector ',
          'prometheus ',
          'toko order',
          'toko payment',
          'toko product',
          'toko user',
          'toko-process ',
        ])
        const { groups } = await prometheus('rules')
        expect(observed.hasRules).toBe(true)
        expect(groups.length).toBeGreaterThan(0)
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
  })

  it('takes other ports where these are taken, and does the same in containers', async () => {
    const second = start(['observe', '--containers', '--json'], env)
    const { urls, how } = (await second.json()) as unknown as typeof observed
    expect(how).toEqual({ collector: 'container', prometheus: 'container', jaeger: 'container' })
    for (const name of ['otlp', 'prometheus', 'jaeger'] as const) expect(urls[name]).not.toBe(observed.urls[name])
    await eventually(
      async () => {
        const { result } = await prometheus('query?query=up{job="toko"}', urls.prometheus)
        expect(result.map(({ value }: { value: [number, string] }) => value[1])).toEqual(['1', '1', '1', '1'])
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
    second.child.kill('SIGINT')
    expect((await second.ended).code).toBe(0)
  })

  it('leaves nothing behind', async () => {
    observing.child.kill('SIGINT')
    expect((await observing.ended).code).toBe(0)
    expect(folders().filter((name) => !before.includes(name))).toEqual([])
    for (const url of Object.values(observed.urls)) await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})
