import {
  budgetMsOf,
  type ErrorTranslator,
  requestIdHeader,
  requestIdOf,
  requestTimeoutHeader,
  type Route,
  toProblem,
  type Verifiers,
} from '@toko/http'
import { type RpcCall, RpcFault, type RpcMethods } from '@toko/messaging'
import { deadlineIn, inRequestContext, type Logger, type Metrics } from '@toko/runtime'
import { problemFault } from '../problem-fault.ts'
import { callMethod } from './call-method.ts'
import { serverObserver } from './server-observer.ts'
import { signatureOf } from './signature.ts'

export interface RpcMethodsOptions {
  readonly service: string
  /** Those with a name for RPC become methods. */
  readonly routes: readonly Route[]
  readonly verifiers: Verifiers
  readonly translators?: readonly ErrorTranslator[]
  readonly log: Logger
  readonly metrics: Metrics
  /** Tests and development: an answer outside its declaration becomes an internal error. */
  readonly checksAnswers?: boolean
  /** Of the routes' budgets; 1 unless given. */
  readonly budgetFactor?: number
  /** ms that a request may have waited in this process before it is seen: they count against its time-out. */
  readonly waitedMs?: () => number
}

/** The declared routes as methods for `bus.serve`: same validation, identity, budgets and errors as over HTTP. */
export function rpcMethods(options: RpcMethodsOptions): RpcMethods {
  const observer = serverObserver(options)
  const methods: Record<string, (call: RpcCall) => Promise<unknown>> = {}
  for (const route of options.routes) {
    const name = route.spec.rpc
    if (name === undefined) continue
    if (Object.hasOwn(methods, name)) throw new Error(`${options.service}.${name} is declared twice`)
    methods[name] = methodOf(route, name, options, observer)
  }
  return methods
}

function methodOf(
  route: Route,
  name: string,
  { verifiers, translators = [], log, checksAnswers = false, budgetFactor, waitedMs = () => 0 }: RpcMethodsOptions,
  observer: ReturnType<typeof serverObserver>,
) {
  const signature = signatureOf(route.spec)
  return (call: RpcCall): Promise<unknown> => {
    const requestId = requestIdOf(call.headers[requestIdHeader])
    const deadline = deadlineIn(
      budgetMsOf(route.spec, timeLeft(call.headers[requestTimeoutHeader], waitedMs()), budgetFactor),
    )
    const serve = async () => {
      try {
        return await callMethod({ route, signature, call, deadline, verifiers, checksAnswers })
      } catch (error) {
        if (error instanceof RpcFault) throw error
        const problem = toProblem(error, translators)
        if (problem.status >= 500)
          log[problem.status === 500 ? 'error' : 'warn']({ err: error, code: problem.code }, 'call failed')
        throw problemFault(problem, requestId)
      }
    }
    return inRequestContext({ requestId, deadline, about: {} }, () => observer.observe(name, requestId, serve))
  }
}

/** What is left of the caller's time-out; nothing of it means that nobody waits, and the request is refused. */
function timeLeft(timeout: string | undefined, waitedMs: number): string | undefined {
  return timeout === undefined || waitedMs === 0 ? timeout : String(Math.max(0, Math.floor(Number(timeout) - waitedMs)))
}
