import type { Currency, DemandForecast, RunningLow, UnknownForecast } from '@toko/contracts'

/** What a published variant costs and how it is called, as a reservation or a quote copies it. */
export interface Offer {
  readonly sku: string
  readonly currency: Currency
  readonly unitPriceMinor: number
  readonly productId: string
  readonly title: string
  readonly options: Readonly<Record<string, string>>
  readonly image: string | null
}

/** The catalogue as the reservation core needs it. Adapter: store/mongo-offers.ts. */
export interface Offers {
  /** Offers by SKU. Unknown, unpublished and archived ones are missing. */
  find(skus: readonly string[]): Promise<ReadonlyMap<string, Offer>>
}

/** Wall clock in ms; decides only when something is tried (R14). */
export interface Clock {
  now(): number
}

export type AlertKind =
  | 'release-refused'
  | 'not-allocated'
  | 'allocate-refused'
  | 'body-differs'
  | 'free-refused'
  | 'consume-refused'
  | 'restock-refused'
  | 'parked'

/** What must never happen and needs a person. Adapter: a metric and a log line. */
export interface Alerts {
  /** @param subject the order's id; for a parked stock document its SKU */
  raise(kind: AlertKind, subject: string): void
}

export interface CsvRow {
  /** Line of the file where the row begins; the header is line 1. */
  readonly line: number
  readonly values: readonly string[]
}

export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly CsvRow[]
}

/** Adapter: clients/csv-reader.ts. */
export interface CsvReader {
  /** @throws validation naming the line when the text is no CSV */
  read(text: string): CsvTable
}

/** Demand as a service outside the shop reckons it, which may be absent. Adapter: clients/bus-demand-forecasts.ts. */
export interface DemandForecasts {
  /** Within `limitMs`; never rejects: what does not come is unknown, with the reason. */
  of(sku: string, days: number, limitMs: number): Promise<(DemandForecast & { state: 'known' }) | UnknownForecast>
}

/** What staff should know about stock. Adapter: clients/metered-stock-notices.ts. */
export interface StockNotices {
  runningLow(notice: RunningLow): void
}
