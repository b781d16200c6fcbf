import { context, propagation, type Span, SpanKind, trace, type Tracer } from '@opentelemetry/api'
import { markFailed } from '@toko/runtime'
import fetch, { Headers } from 'node-fetch'
import type { BuiltRequest } from './build-request.ts'
import type { CallError, ProblemAnswer } from './call-errors.ts'
import { classifyFailure } from './classify-failure.ts'
import type { ClientMetrics } from './client-metrics.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { Attempt } from './guarded-calls.ts'
import { readAnswer } from './read-answer.ts'
import { requestTimeoutHeader } from './wire.ts'

/** What every attempt of one client uses. */
export interface Sender {
  readonly target: string
  readonly pool: ConnectionPool
  readonly metrics: ClientMetrics
  readonly tracer: Tracer
  readonly maxAnswerBytes: number
}

/**
 * One request on the wire with its own client span and metric, ended by its time-out wherever it is, body included.
 * @throws CallNotSentError, CallUnknownError, ProblemAnswer
 */
export async function sendAttempt(sender: Sender, request: BuiltRequest, attempt: Attempt) {
  const span = startSpan(sender, request, attempt)
  const headers = new Headers(request.headers)
  headers.set(requestTimeoutHeader, String(attempt.timeoutMs))
  const traced = trace.setSpan(context.active(), span)
  propagation.inject(traced, headers, { set: (carrier, key, value) => carrier.set(key, value) })
  const startedAt = performance.now()
  const finish = (status: number | undefined, errorType: string) => {
    finishSpan(span, status, errorType)
    const labels = { http_response_status_code: status === undefined ? '' : String(status), error_type: errorType }
    const seconds = (performance.now() - startedAt) / 1000
    const { duration } = sender.metrics
    const target = { server_address: sender.target, http_request_method: request.method }
    duration.observe({ ...target, ...labels }, seconds, span.spanContext())
  }
  try {
    const answer = await context.with(traced, () => exchange(sender, request, attempt, headers))
    finish(answer.status, answer.status >= 400 ? String(answer.status) : '')
    return answer
  } catch (error) {
    const failure = error as CallError | ProblemAnswer
    const byStatus = failure.status !== undefined && failure.status >= 400
    finish(failure.status, byStatus ? String(failure.status) : (failure as CallError).reason)
    throw failure
  }
}

async function exchange(sender: Sender, request: BuiltRequest, { accepted, timeoutMs }: Attempt, headers: Headers) {
  const { pool, target } = sender
  const cancel = new AbortController()
  let timedOut: 'no' | 'connecting' | 'sent' = 'no'
  const { sent, isConnecting } = pool.track(() =>
    fetch(request.url, {
      method: request.method,
      headers,
      body: request.body,
      agent: pool.agent,
      signal: cancel.signal,
      redirect: 'manual',
      compress: false,
      size: sender.maxAnswerBytes,
    }),
  )
  const timer = setTimeout(() => {
    timedOut = isConnecting() ? 'connecting' : 'sent'
    cancel.abort()
  }, timeoutMs)
  try {
    return await readAnswer(await sent, accepted, target)
  } catch (error) {
    throw classifyFailure(error, target, timedOut)
  } finally {
    clearTimeout(timer)
  }
}

function startSpan(
  { tracer, target }: Sender,
  { method, template, url }: BuiltRequest,
  { retriesDone }: Attempt,
): Span {
  return tracer.startSpan(`${method} ${template}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      'http.request.method': method,
      'server.address': target,
      'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      'url.template': template,
      ...(retriesDone > 0 && { 'http.request.resend_count': retriesDone }),
    },
  })
}

function finishSpan(span: Span, status: number | undefined, errorType: string): void {
  if (status !== undefined) span.setAttribute('http.response.status_code', status)
  if (errorType !== '') markFailed(span, errorType)
  span.end()
}
