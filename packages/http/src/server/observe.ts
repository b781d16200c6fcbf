import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger, Metrics } from '@toko/runtime'

export interface ServerObserver {
  /** Runs `serve` inside the request's server span and records its outcome when the answer is finished or cut off. */
  observe(request: IncomingMessage, response: ServerResponse, requestId: string, serve: () => void): void
  /** The declared template of the request's route, known only once the router matched. */
  setRoute(request: IncomingMessage, template: string): void
  inFlight(): number
}

const unmatched = 'unmatched'

/** Span, metric and log line of each request, with the names of the semantic conventions. */
export function serverObserver(service: string, metrics: Metrics, log: Logger): ServerObserver {
  const tracer = trace.getTracer(`toko/${service}`)
  const routes = new WeakMap<IncomingMessage, string>()
  let inFlight = 0
  const duration = metrics.histogram(
    'http_server_request_duration_seconds',
    'Time from request to the end of its answer',
    ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
  )
  metrics.observedGauge('http_server_active_requests', 'Requests under way', () => inFlight)
  return {
    inFlight: () => inFlight,
    setRoute: (request, template) => routes.set(request, template),
    observe(request, response, requestId, serve) {
      const startedMs = performance.now()
      inFlight++
      const method = request.method ?? 'UNKNOWN'
      const parent = propagation.extract(context.active(), request.headers)
      const span = tracer.startSpan(
        method,
        { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
        parent,
      )
      response.once('close', () => {
        inFlight--
        const route = routes.get(request) ?? unmatched
        const isCutOff = !response.writableFinished
        const status = response.statusCode
        const errorType = isCutOff ? 'client_gone' : status >= 500 ? String(status) : ''
        const seconds = (performance.now() - startedMs) / 1000
        duration.observe(
          {
            http_request_method: method,
            http_route: route,
            http_response_status_code: String(status),
            error_type: errorType,
          },
          seconds,
        )
        context.with(trace.setSpan(parent, span), () =>
          log.info(
            {
              request_id: requestId,
              method,
              route,
              status,
              ms: Math.round(seconds * 1000),
              ...(errorType ? { 'error.type': errorType } : {}),
            },
            'request',
          ),
        )
        span.updateName(`${method} ${route}`)
        span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
        if (errorType) span.setAttribute('error.type', errorType)
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      })
      context.with(trace.setSpan(parent, span), serve)
    },
  }
}
