import type { DeadLetterDesk } from '@toko/rpc'
import type { AuditStore } from '../store/audit-store.ts'
import type { ImportJob } from '../domain/import-job.ts'
import type { DemandForecasts } from '../ports.ts'
import type { Bounded } from './bounded.ts'
import type { Importing } from './import-products.ts'
import type { ReservationCore } from './reservation-core.ts'

/** What the routes work with; service.ts fills it. */
export interface ProductFeatures {
  /** Catalogue, stock desk and imports share their stores. */
  readonly desk: Importing
  readonly core: ReservationCore
  readonly audit: AuditStore
  readonly deadLetters: DeadLetterDesk
  readonly forecasts: DemandForecasts
  /** Commands on reservations that are worked on at once. */
  readonly slots: Bounded
  /** Begins work on a job in the background; a sweeper does it when this is lost. */
  importLater(job: ImportJob): void
  /** Copies a SKU's new movements into the ledger and its level to its product, in the background. */
  settleStockLater(sku: string): void
}
