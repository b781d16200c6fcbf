import { readFileSync } from 'node:fs'
import type { MetricName } from '@toko/runtime'
import { otlpReceiver } from '@toko/testkit'
import { logFaults } from '../telemetry/rules/log-faults.ts'
import { metricFaults, untold } from '../telemetry/rules/metric-faults.ts'
import { secretFaults } from '../telemetry/rules/secret-faults.ts'
import { traceFaults } from '../telemetry/rules/trace-faults.ts'
import type { Shape } from './forms.ts'
import type { OwnShop } from './own-shop.ts'

/** Messages that a confirmed order sends: events go over the bus in every shape, and calls by RPC too. */
const hopsOf = (texts: readonly string[], isByRpc: boolean): string[] => {
  const isConfirmed = texts.some((text) => /^toko_orders_final_total\{status="confirmed".* [1-9]\d*$/m.test(text))
  if (!isConfirmed) return [] // only some of the tests ran
  return ['order → product', 'product → order', 'order → user', ...(isByRpc ? ['order → payment'] : [])]
}

/** Only a service that calls others by RPC has these. */
const callsByRpc = [
  'rpc_client_duration_seconds',
  'toko_rpc_client_retries_total',
  'toko_rpc_client_not_sent_total',
] as const satisfies MetricName[]

/** Receives what a shop tells of itself while the suite runs, and judges it at the end. */
export async function telemetryOfRun({ calls }: Pick<Shape, 'calls'>) {
  const collector = await otlpReceiver()
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '500',
      OTEL_BSP_MAX_QUEUE_SIZE: '20000',
    },
    /** Stops the shop, so that its last spans come. @throws Error with all faults of its traces, log lines and metrics */
    async stopAndJudge(shop: OwnShop): Promise<void> {
      const metrics = await Promise.all(shop.admins.map(metricsOf))
      await shop.stop()
      const spans = collector.spans()
      await collector.stop()
      const lines = shop.logFiles.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean))
      const services = ['user', 'product', 'order', 'payment']
      const isByRpc = calls === 'rpc'
      const texts = metrics.map(({ text }) => text)
      const faults = [
        ...traceFaults(spans, { services, maxNames: 250, hops: hopsOf(texts, isByRpc) }),
        ...logFaults(lines, new Set(spans.map(({ traceId }) => traceId))),
        ...metrics.flatMap(({ service, text }) => metricFaults(service, text)),
        ...untold(texts, isByRpc ? [] : callsByRpc).map((name) => `no service tells ${name}`),
        ...secretFaults('a log line', lines),
        ...secretFaults(
          'a span',
          spans.map(({ name, attributes, events, status }) => JSON.stringify({ name, attributes, events, status })),
        ),
        ...secretFaults(
          'metrics',
          texts.flatMap((text) => text.split('\n')),
        ),
      ]
      if (faults.length > 0)
        throw new Error([`${faults.length} faults of telemetry`, ...faults.slice(0, 20)].join('\n  '))
    },
  }
}

async function metricsOf({ service, url }: OwnShop['admins'][number]): Promise<{ service: string; text: string }> {
  return { service, text: await (await fetch(`${url}/metrics`)).text() }
}
