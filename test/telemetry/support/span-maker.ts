import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

interface Told {
  readonly exported: number
  readonly queueFull: number
  readonly exportFailed: number
  readonly queued: number
  readonly capacity: number
  readonly heapBytes: number
}

export interface SpanMaker {
  /** Makes so many spans, and tells what became of all since its start. */
  make(spans: number): Promise<Told>
  stop(): Promise<void>
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** A process with tracing on that exports to this address. */
export function startSpanMaker(collectorUrl: string): SpanMaker {
  const child = fork(fromRoot('test/telemetry/fixtures/span-maker.ts'), [], {
    env: {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    execArgv: ['--expose-gc', '--import', fromRoot('packages/telemetry/src/preload.ts')],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return {
    make: (spans) => ask(child, spans),
    async stop() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

async function ask(child: ChildProcess, spans: number): Promise<Told> {
  const answered = once(child, 'message')
  child.send({ spans })
  const [{ text, heapBytes }] = (await answered) as [{ text: string; heapBytes: number }]
  const value = (name: string) => Number(new RegExp(`^toko_telemetry_${name}.* (\\S+)$`, 'm').exec(text)?.[1])
  return {
    exported: value('exported_spans_total'),
    queueFull: value('dropped_spans_total\\{reason="queue_full"'),
    exportFailed: value('dropped_spans_total\\{reason="export_failed"'),
    queued: value('queued_spans'),
    capacity: value('queue_capacity_spans'),
    heapBytes,
  }
}
