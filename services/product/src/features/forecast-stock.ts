import type { StockForecast } from '@toko/contracts'
import type { Deadline } from '@toko/runtime'
import type { DemandForecasts } from '../ports.ts'
import { balanceOf, type StockDesk } from './adjust-stock.ts'

/** Kept back of the route's budget for the way home. */
const reserveMs = 150

interface Forecasting {
  readonly desk: StockDesk
  readonly forecasts: DemandForecasts
}

/** What is available of a SKU and, if somebody forecasts it, for how long. @throws not-found */
export async function forecastStock(
  { desk, forecasts }: Forecasting,
  sku: string,
  days: number,
  deadline: Deadline,
): Promise<StockForecast> {
  const limitMs = Math.max(1, deadline.remainingMs() - reserveMs)
  const [{ available }, demand] = await Promise.all([balanceOf(desk, sku), forecasts.of(sku, days, limitMs)])
  const forecast = demand.state === 'unknown' ? demand : { ...demand, lastsDays: lasting(available, demand) }
  return { sku, days, available, forecast }
}

const lasting = (available: number, { demandPerDay }: { readonly demandPerDay: number }) =>
  demandPerDay > 0 ? Math.floor(available / demandPerDay) : null
