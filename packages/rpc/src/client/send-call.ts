import { context, type Span, SpanKind, trace, type Tracer } from '@opentelemetry/api'
import { markFailed } from '@toko/runtime'
import { type Attempt, type CallError, ProblemAnswer, requestTimeoutHeader } from '@toko/http'
import type { Bus } from '@toko/messaging'
import type { BuiltCall } from './build-call.ts'
import { acceptProblem, classifyFailure } from './classify-failure.ts'
import { type ReadReply, readReply } from './read-reply.ts'
import type { RpcClientMetrics } from './rpc-client-metrics.ts'

/** What every attempt of one client uses. */
export interface Caller {
  readonly service: string
  readonly target: string
  readonly bus: Pick<Bus, 'request'>
  readonly metrics: RpcClientMetrics
  readonly tracer: Tracer
}

/**
 * One request on the bus with its own client span and metric. It expires with its time-out, so that nobody executes what
 * its caller has given up. @throws CallNotSentError, CallUnknownError, ProblemAnswer
 */
export async function sendCall(caller: Caller, call: BuiltCall, attempt: Attempt): Promise<ReadReply> {
  const { target, metrics } = caller
  const span = startSpan(caller, call, attempt)
  const startedAt = performance.now()
  const finish = (errorType: string) => {
    const seconds = (performance.now() - startedAt) / 1000
    const labels = { server_address: target, rpc_method: call.method, error_type: errorType }
    metrics.duration.observe(labels, seconds, span.spanContext())
    if (errorType !== '') markFailed(span, errorType)
    span.end()
  }
  try {
    const reply = await context.with(trace.setSpan(context.active(), span), () => exchange(caller, call, attempt))
    finish('')
    return reply
  } catch (error) {
    finish(error instanceof ProblemAnswer ? error.code : (error as CallError).reason)
    throw error
  }
}

async function exchange({ bus, service, target }: Caller, call: BuiltCall, { accepted, timeoutMs }: Attempt) {
  const { method, kwargs } = call
  const headers = { ...Object.fromEntries(call.headers), [requestTimeoutHeader]: String(timeoutMs) }
  let result: unknown
  try {
    result = await bus.request({ service, method }, { kwargs }, { timeoutMs, headers })
  } catch (error) {
    const failure = classifyFailure(error, target)
    return acceptProblem(failure, accepted) ?? Promise.reject(failure)
  }
  return readReply(result, accepted, target)
}

function startSpan({ tracer, service, target }: Caller, { method }: BuiltCall, { retriesDone }: Attempt): Span {
  return tracer.startSpan(`${service}/${method}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      'rpc.system': 'nameko',
      'rpc.service': service,
      'rpc.method': method,
      'server.address': target,
      ...(retriesDone > 0 && { 'toko.resend_count': retriesDone }),
    },
  })
}
