import { RpcFault } from '@toko/messaging'
import type { Logger, Metrics } from '@toko/runtime'

interface ObserverOptions {
  readonly service: string
  readonly metrics: Metrics
  readonly log: Logger
}

/** Metric and log line of each call, as the HTTP side has them; the span is the bus's. */
export function serverObserver({ service, metrics, log }: ObserverOptions) {
  const duration = metrics.histogram('rpc_server_duration_seconds')
  return {
    async observe<T>(method: string, requestId: string, serve: () => Promise<T>): Promise<T> {
      const startedMs = performance.now()
      const finish = (errorType: string) => {
        const ms = performance.now() - startedMs
        duration.observe({ rpc_method: method, error_type: errorType }, ms / 1000)
        const outcome = errorType === '' ? {} : { 'error.type': errorType }
        log.info({ request_id: requestId, rpc: `${service}.${method}`, ms: Math.round(ms), ...outcome }, 'call')
      }
      try {
        const result = await serve()
        finish('')
        return result
      } catch (error) {
        finish(error instanceof RpcFault ? error.excPath.split('.').at(-1)! : 'internal')
        throw error
      }
    },
  }
}
