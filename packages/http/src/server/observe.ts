import { context, SpanKind, trace } from '@opentelemetry/api'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { callersContext, httpMethods, type Logger, markFailed, type Metrics, type RequestContext } from '@toko/runtime'

export interface ServerObserver {
  /** Runs `serve` inside the request's server span and records its outcome when the answer is finished or cut off. */
  observe(request: IncomingMessage, response: ServerResponse, of: RequestContext, serve: () => void): void
  /** The declared template of the request's route, known only once the router matched. */
  setRoute(request: IncomingMessage, template: string): void
  inFlight(): number
}

const unmatched = 'unmatched'

type Method = (typeof httpMethods)[number]
const knownMethods: ReadonlySet<string | undefined> = new Set(httpMethods)
/** Of a closed set: a client may send any of some forty methods that Node knows. */
const methodOf = ({ method }: IncomingMessage): Method => (knownMethods.has(method) ? (method as Method) : '_OTHER')

/** Span, metric and log line of each request, with the names of the semantic conventions. */
export function serverObserver(service: string, metrics: Metrics, log: Logger): ServerObserver {
  const tracer = trace.getTracer(`toko/${service}`)
  const routes = new WeakMap<IncomingMessage, string>()
  let inFlight = 0
  const duration = metrics.histogram('http_server_request_duration_seconds')
  const parentOf = callersContext('http', metrics)
  metrics.observedGauge('http_server_active_requests', () => inFlight)
  return {
    inFlight: () => inFlight,
    setRoute: (request, template) => routes.set(request, template),
    observe(request, response, { requestId, about }, serve) {
      const startedMs = performance.now()
      inFlight++
      const method = methodOf(request)
      const parent = parentOf(context.active(), request.headers)
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
          span.spanContext(),
        )
        context.with(trace.setSpan(parent, span), () =>
          log.info(
            {
              request_id: requestId,
              method,
              route,
              status,
              ms: Math.round(seconds * 1000),
              ...(about?.orderId === undefined ? {} : { order_id: about.orderId }),
              ...(errorType ? { 'error.type': errorType } : {}),
            },
            'request',
          ),
        )
        span.updateName(`${method} ${route}`)
        span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
        if (errorType) span.setAttribute('error.type', errorType)
        if (status >= 500) markFailed(span)
        span.end()
      })
      context.with(trace.setSpan(parent, span), serve)
    },
  }
}
