import { trace } from '@opentelemetry/api'
import {
  type Answers,
  type CallAnswer,
  type ClientLimits,
  guardedCalls,
  type ServiceCall,
  type ServiceClient,
} from '@toko/http'
import type { Bus } from '@toko/messaging'
import type { Logger, Metrics } from '@toko/runtime'
import { buildCall } from './build-call.ts'
import { rpcClientMetrics } from './rpc-client-metrics.ts'
import { type Caller, sendCall } from './send-call.ts'

export interface RpcClientOptions extends ClientLimits {
  /** The calling service. */
  readonly name: string
  /** The called service, `payment`: its queue is `rpc-payment`. In metrics and errors it is `payment-service`, as over HTTP. */
  readonly service: string
  readonly bus: Pick<Bus, 'request'>
  readonly metrics: Metrics
  readonly log: Logger
}

/** Calls a service over the bus by the port that the HTTP client has too: one client per called service. */
export function createRpcClient(options: RpcClientOptions): ServiceClient {
  const { name, service, bus, maxConcurrent = 100 } = options
  const target = `${service}-service`
  const metrics = rpcClientMetrics(options.metrics)
  const caller: Caller = { service, target, bus, metrics, tracer: trace.getTracer(`toko/${name}`) }
  const calls = guardedCalls(
    { ...options, target, maxConcurrent, meters: metrics },
    { build: (call) => buildCall(target, call), send: (built, attempt) => sendCall(caller, built, attempt) },
  )
  return {
    name: `rpc client of ${target}`,
    call: async <const A extends Answers>(call: ServiceCall<A>) =>
      (await calls.call(call)) as { readonly body: CallAnswer<A>['body'] },
    stop: calls.stop,
  }
}
