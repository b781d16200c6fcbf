import { z } from 'zod'
import { queryInteger, Sku } from './fields.ts'
import { StockLevel } from './catalogue.ts'

const units = z.number().min(0).max(1_000_000_000)

/** What a SKU sells: the answer of `forecast.stock_forecast`, a service outside the shop that may be absent. */
export const DemandForecast = z.object({
  /** Mean of the days looked at. */
  demandPerDay: units,
  /** Units over the days asked for. */
  expectedDemand: units,
  /** Days that were looked at; 0 when no order was heard of yet. */
  observedDays: z.int().min(0).max(3660),
})
export type DemandForecast = z.infer<typeof DemandForecast>

/** absent: there is no such service · late: no answer in time · failed: an error, or an answer that is none. */
export const UnknownForecast = z.strictObject({
  state: z.literal('unknown'),
  reason: z.enum(['absent', 'late', 'failed']),
})
export type UnknownForecast = z.infer<typeof UnknownForecast>

/** For staff: what is there of a SKU, and how long it will last. */
export const StockForecast = z
  .strictObject({
    sku: Sku,
    days: z.int(),
    /** Units that nobody has ordered yet. */
    available: z.int(),
    forecast: z.discriminatedUnion('state', [
      z.strictObject({
        state: z.literal('known'),
        ...DemandForecast.shape,
        /** Whole days until nothing is available; null when nothing sells. */
        lastsDays: z.int().nullable(),
      }),
      UnknownForecast,
    ]),
  })
  .meta({ id: 'StockForecast' })
export type StockForecast = z.infer<typeof StockForecast>

export const ForecastQuery = z.strictObject({ days: queryInteger(1, 90).default(14) })

/** Data of `stock_running_low`: this sells, and little of it is left. */
export const RunningLow = z.object({ sku: Sku, stockLevel: StockLevel.exclude(['in-stock']), demandPerDay: units })
export type RunningLow = z.infer<typeof RunningLow>
