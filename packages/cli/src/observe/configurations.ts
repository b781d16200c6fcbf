import type { PublicPorts } from '../split/ports.ts'
import type { ObservePorts } from './choose-ports.ts'

const host = '127.0.0.1'
const pulledAt = (port: number) => [{ pull: { exporter: { prometheus: { host, port } } } }]

/** Of the collector: what comes goes to Jaeger in batches, within bounded memory. JSON is YAML too. */
export function collectorConfiguration(ports: ObservePorts): object {
  return {
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `${host}:${ports.otlpGrpc}` },
          http: { endpoint: `${host}:${ports.otlpHttp}` },
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 200, spike_limit_mib: 40 },
      batch: { send_batch_size: 512, timeout: '200ms' },
    },
    exporters: {
      otlp_grpc: { endpoint: `${host}:${ports.jaegerOtlp}`, tls: { insecure: true } },
    },
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['otlp_grpc'] },
      },
      telemetry: { logs: { level: 'warn' }, metrics: { level: 'normal', readers: pulledAt(ports.collectorMetrics) } },
    },
  }
}

/** Of Jaeger 2: traces in memory, the newest 10,000. */
export function jaegerConfiguration(ports: ObservePorts): object {
  return {
    extensions: {
      jaeger_storage: { backends: { traces: { memory: { max_traces: 10_000 } } } },
      jaeger_query: {
        storage: { traces: 'traces' },
        http: { endpoint: `${host}:${ports.jaeger}` },
        grpc: { endpoint: `${host}:${ports.jaegerGrpc}` },
      },
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: `${host}:${ports.jaegerOtlp}` } } } },
    processors: { batch: { timeout: '200ms' } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'traces' } },
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] },
      },
      telemetry: {
        resource: { 'service.name': 'jaeger' },
        logs: { level: 'warn' },
        metrics: { level: 'normal', readers: pulledAt(ports.jaegerMetrics) },
      },
    },
  }
}

/** What is not as `toko observe` has it. */
export interface ScrapeOptions {
  readonly scrapeSeconds?: number
  readonly evaluateSeconds?: number
  /** Ports of further targets, by job. */
  readonly others?: Readonly<Record<string, readonly number[]>>
}

/** Of Prometheus: every service's admin port and the three themselves, with the labels that rules and dashboards expect. */
export function prometheusConfiguration(
  ports: ObservePorts,
  shop: PublicPorts,
  ruleFiles: readonly string[],
  { scrapeSeconds = 5, evaluateSeconds = 15, others = {} }: ScrapeOptions = {},
): object {
  const labels = { namespace: 'local' }
  const job = (name: string, targets: readonly number[]) => ({
    job_name: name,
    honor_labels: true,
    static_configs: [{ targets: targets.map((port) => `${host}:${port}`), labels }],
  })
  return {
    global: {
      scrape_interval: `${scrapeSeconds}s`,
      scrape_timeout: `${scrapeSeconds}s`,
      evaluation_interval: `${evaluateSeconds}s`,
    },
    rule_files: ruleFiles,
    storage: { exemplars: { max_exemplars: 20_000 } },
    scrape_configs: [
      {
        job_name: 'toko',
        honor_labels: true,
        static_configs: Object.entries(shop.services).map(([service, { adminPort }]) => ({
          targets: [`${host}:${adminPort}`],
          labels: { ...labels, service },
        })),
      },
      // Of the process that holds all services; there is none where each is on its own, and nobody should hear of that.
      {
        ...job('toko-process', [shop.adminPort]),
        metric_relabel_configs: [{ target_label: 'job', replacement: 'toko' }],
      },
      job('prometheus', [ports.prometheus]),
      job('otel-collector', [ports.collectorMetrics]),
      job('jaeger', [ports.jaegerMetrics]),
      ...Object.entries(others).map(([name, targets]) => job(name, targets)),
    ],
  }
}
