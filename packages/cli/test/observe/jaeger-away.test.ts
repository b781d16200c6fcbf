import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, freePorts } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choosePorts } from '../../src/observe/choose-ports.ts'
import { collectorConfiguration, jaegerConfiguration } from '../../src/observe/configurations.ts'
import { findLaunchers } from '../../src/observe/launchers.ts'
import { type OwnProgram, startProgram } from '../../src/observe/own-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'toko-jaeger-away-'))
const started: OwnProgram[] = []
let ports: Awaited<ReturnType<typeof choosePorts>>

async function start(name: 'collector' | 'jaeger', config: object, probeUrl: string): Promise<void> {
  const file = join(folder, `${name}.yaml`)
  writeFileSync(file, JSON.stringify(config))
  const launcher = (await findLaunchers(folder))[name]
  const options = { name, launcher, args: ['--config', file], logFile: join(folder, `${name}.log`), probeUrl }
  const program = startProgram(options)
  started.push(program)
  await program.whenReady()
}

beforeAll(async () => {
  // Not the well-known ones: others on this machine may send there.
  const [otlpHttp, otlpGrpc, jaeger] = (await freePorts(3)) as [number, number, number]
  ports = { ...(await choosePorts()), otlpHttp, otlpGrpc, jaeger }
  await start('collector', collectorConfiguration(ports), `http://127.0.0.1:${ports.otlpHttp}/v1/traces`)
}, 90_000)
afterAll(async () => {
  for (const program of started.toReversed()) await program.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends a trace of one span; resolves with its id and how long the collector took. */
async function send(): Promise<{ traceId: string; ms: number }> {
  const [traceId, now] = [randomBytes(16).toString('hex'), `${Date.now()}000000`]
  const span = { traceId, spanId: randomBytes(8).toString('hex'), name: 'GET /x', kind: 2 }
  const spans = [{ ...span, startTimeUnixNano: now, endTimeUnixNano: now }]
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] }
  const startedMs = performance.now()
  const answer = await fetch(`http://127.0.0.1:${ports.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  })
  expect(answer.status).toBe(200)
  await answer.arrayBuffer()
  return { traceId, ms: performance.now() - startedMs }
}

/** Sum of a series of the collector. */
async function told(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${ports.collectorMetrics}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('a Jaeger that is away', { timeout: 120_000 }, () => {
  it('costs those who send nothing: the collector takes spans as fast, keeps them, and hands them on when it is there', async () => {
    for (let n = 0; n < 100; n++) await send() // warm
    const away = []
    for (let n = 0; n < 300; n++) away.push(await send())
    await eventually(async () => expect(await told('otelcol_exporter_queue_size')).toBeGreaterThan(0))
    expect(await told('otelcol_exporter_sent_spans')).toBe(0)

    await start('jaeger', jaegerConfiguration(ports), `http://127.0.0.1:${ports.jaeger}/api/services`)
    for (const { traceId } of [away[0]!, away.at(-1)!])
      await eventually(
        async () => {
          const answer = await fetch(`http://127.0.0.1:${ports.jaeger}/api/v3/traces/${traceId}`)
          expect(answer.status).toBe(200)
        },
        // The collector tries again after 5 s, and then later and later.
        { timeoutMs: 60_000, everyMs: 500 },
      )
    await eventually(async () => expect(await told('otelcol_exporter_queue_size')).toBe(0))
    expect(await told('otelcol_exporter_sent_spans')).toBe(400)
    const there = []
    for (let n = 0; n < 300; n++) there.push(await send())
    const p99 = (sent: readonly { ms: number }[]) =>
      sent.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(0.99 * sent.length)]!
    console.log(
      `# p99 of the collector's answer: ${p99(away).toFixed(1)} ms without Jaeger, ${p99(there).toFixed(1)} with`,
    )
    expect(p99(away)).toBeLessThan(3 * p99(there) + 20)
  })
})
