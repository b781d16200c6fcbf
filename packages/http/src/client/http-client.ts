import { trace } from '@opentelemetry/api'
import { lastKnownLookup } from '@toko/runtime'
import { buildRequest } from './build-request.ts'
import { clientMetrics } from './client-metrics.ts'
import type { Answers, CallAnswer, CallOptions, HttpClient, HttpClientOptions } from './client-options.ts'
import { connectionPool } from './connection-pool.ts'
import { guardedCalls } from './guarded-calls.ts'
import { sendAttempt, type Sender } from './send-attempt.ts'

/** One client per called service: its connections, breaker, retry budget and concurrency limit are that target's. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { target, maxConcurrent = 100 } = options
  const metrics = clientMetrics(options.metrics)
  const pool = connectionPool(new URL(options.baseUrl).protocol, maxConcurrent, lastKnownLookup({ log: options.log }))
  const tracer = trace.getTracer(`toko/${options.name}`)
  const sender: Sender = { target, pool, metrics, tracer, maxAnswerBytes: options.maxAnswerBytes ?? 1_048_576 }
  const calls = guardedCalls(
    { ...options, maxConcurrent, meters: metrics },
    {
      build: (call) => buildRequest(options, call),
      send: (request, attempt) => sendAttempt(sender, request, attempt),
    },
  )
  return {
    name: `http client of ${target}`,
    call: async <const A extends Answers>(call: CallOptions<A>) => (await calls.call(call)) as CallAnswer<A>,
    async stop() {
      await calls.stop()
      pool.destroy()
    },
  }
}
