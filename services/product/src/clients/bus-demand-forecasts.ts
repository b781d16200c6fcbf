import { DemandForecast, type UnknownForecast } from '@toko/contracts'
import { type Bus, RpcTimeoutError, UnknownServiceError } from '@toko/messaging'
import type { Logger, Metrics } from '@toko/runtime'
import type { DemandForecasts } from '../ports.ts'

type Reason = UnknownForecast['reason']

const target = { service: 'forecast', method: 'stock_forecast' }

/** Asks by RPC, once: a reader that waits can ask again. */
export function busDemandForecasts(
  bus: Pick<Bus, 'request'>,
  timeoutMs: number,
  { metrics, log }: { readonly metrics: Metrics; readonly log: Logger },
): DemandForecasts {
  const asked = metrics.counter('toko_stock_forecasts_total')
  return {
    async of(sku, days, limitMs) {
      try {
        const answer = await bus.request(target, { kwargs: { sku, days } }, { timeoutMs: Math.min(timeoutMs, limitMs) })
        const forecast = DemandForecast.parse(answer)
        asked.inc({ outcome: 'known' })
        return { state: 'known', ...forecast }
      } catch (error) {
        const reason = reasonOf(error)
        asked.inc({ outcome: reason })
        if (reason === 'failed') log.warn({ sku, err: error }, 'forecast failed')
        return { state: 'unknown', reason }
      }
    },
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof UnknownServiceError) return 'absent'
  return error instanceof RpcTimeoutError ? 'late' : 'failed'
}
