import { chooseTraces, type TraceOptions } from './choose-traces.ts'
import { getJson } from './get-json.ts'
import { readAlerts } from './read-alerts.ts'
import { type LogOptions, logSource } from './read-logs.ts'
import type { StorySources } from './read-story.ts'

interface SourceOptions extends TraceOptions, LogOptions {
  readonly prometheusUrl: string
}

/** Where traces, log lines and alerts are looked for. */
export function storySources(options: SourceOptions): StorySources {
  const advice = 'make observe starts one, TOKO_PROMETHEUS_URL names another'
  const prometheus = getJson('Prometheus', options.prometheusUrl, advice)
  return {
    traces: chooseTraces(options),
    logs: logSource(options),
    alerts: async (fromMs, untilMs) => readAlerts(prometheus, fromMs, untilMs),
  }
}
