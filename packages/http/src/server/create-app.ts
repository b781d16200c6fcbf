import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { errors } from '@toko/contracts'
import { deadlineIn, inRequestContext, type Logger, type Metrics, requestContext } from '@toko/runtime'
import { authenticate, type Verifiers } from '../auth/authenticate.ts'
import { requestIdHeader, requestTimeoutHeader } from '../client/wire.ts'
import { handleRoute } from './handle-route.ts'
import { serverObserver } from './observe.ts'
import { type ErrorTranslator, sendProblem, toProblem } from './problem-answer.ts'
import { bodyReader } from './read-body.ts'
import { requestIdOf } from './request-id.ts'
import type { Route } from './route.ts'
import { budgetMsOf, longestBudgetMs } from './run-route.ts'
import type { LoadGauge } from './shedding.ts'

export interface AppOptions {
  readonly service: string
  readonly routes: readonly Route[]
  readonly verifiers: Verifiers
  readonly log: Logger
  readonly metrics: Metrics
  /** The service's OpenAPI document, served at /openapi.json. */
  readonly openapi: unknown
  readonly translators?: readonly ErrorTranslator[]
  readonly load?: LoadGauge
  /** Exact number of proxies in front; 0 takes the peer's own address. */
  readonly trustedProxies?: number
  /** Tests and development: an answer outside its declaration becomes a 500. */
  readonly checksAnswers?: boolean
  /** Of the routes' budgets; 1 unless given. */
  readonly budgetFactor?: number
}

const anyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const expressPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')

/** The service's public HTTP application: declared routes, and a problem document for everything else. */
export function createApp(options: AppOptions): Express {
  const observer = serverObserver(options.service, options.metrics, options.log)
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.set('query parser', false).set('trust proxy', options.trustedProxies ?? 0)
  app.set('case sensitive routing', true).set('strict routing', true)

  app.use((request, response, next) => {
    const requestId = requestIdOf(request.get(requestIdHeader))
    response.set({
      'X-Request-Id': requestId,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Strict-Transport-Security': 'max-age=31536000',
    })
    // Until the route is known only the id matters; the route's middleware sets its own deadline.
    const context = { requestId, deadline: deadlineIn(longestBudgetMs), about: {} }
    inRequestContext(context, () => observer.observe(request, response, context, next))
  })
  app.use((_request, _response, next) => {
    if (options.load?.isOverloaded(observer.inFlight())) throw errors.overloaded({ retryAfterSeconds: 1 })
    next()
  })
  app.get('/openapi.json', (request, response) => {
    observer.setRoute(request, '/openapi.json')
    response.set('Cache-Control', 'public, max-age=300').json(options.openapi)
  })

  const methodsOf = new Map<string, string[]>([['/openapi.json', ['GET', 'HEAD']]])
  for (const route of options.routes) {
    const { spec } = route
    const methods = methodsOf.get(spec.path) ?? []
    methodsOf.set(spec.path, [...methods, spec.method, ...(spec.method === 'GET' ? ['HEAD'] : [])])
    app[spec.method.toLowerCase() as 'get'](expressPath(spec.path), ...stepsOf(route, options, observer.setRoute))
  }
  for (const [path, methods] of methodsOf) {
    app.all(expressPath(path), (request, response) => {
      observer.setRoute(request, path)
      response.set('Allow', anyMethod.filter((method) => methods.includes(method)).join(', '))
      throw errors.methodNotAllowed()
    })
  }
  app.use(() => {
    throw errors.notFound()
  })
  const onError: ErrorRequestHandler = (error, _request, response, next) => {
    const problem = toProblem(error, options.translators ?? [])
    if (problem.status >= 500)
      options.log[problem.status === 500 ? 'error' : 'warn']({ err: error, code: problem.code }, 'request failed')
    if (response.headersSent) next(error)
    else sendProblem(response, problem, requestContext()?.requestId ?? '')
  }
  app.use(onError)
  return app
}

function stepsOf(
  route: Route,
  options: AppOptions,
  setRoute: (request: Request, template: string) => void,
): RequestHandler[] {
  const { spec } = route
  const principals = new WeakMap<Request, unknown>()
  const produced = Object.values(spec.answers).find((answer) => typeof answer === 'string') ?? 'application/json'
  const identify: RequestHandler = async (request, _response, next) => {
    setRoute(request, spec.path)
    if (!request.accepts([produced, 'application/json', 'application/problem+json'])) throw errors.notAcceptable()
    principals.set(
      request,
      await authenticate(request.headers.authorization, spec.auth, spec.recentAuth === true, options.verifiers),
    )
    next()
  }
  const serve = async (request: Request, response: Response) => {
    const deadline = deadlineIn(budgetMsOf(spec, request.get(requestTimeoutHeader), options.budgetFactor))
    await inRequestContext({ ...requestContext()!, deadline }, () =>
      handleRoute(route, request, response, principals.get(request), options.checksAnswers === true),
    )
  }
  return [identify, bodyReader(spec), serve]
}
