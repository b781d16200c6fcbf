import type { AuditedReservation, AuditedStock, Selection } from '@toko/contracts'
import type { Page } from './product-store.ts'

/** Reservations and stock as the reconciliation reads them, in order of ids. Adapter: mongo-audit-store.ts. */
export interface AuditStore {
  reservation(orderId: string): Promise<AuditedReservation | undefined>
  reservations(limit: number, cursor?: string): Promise<Page<AuditedReservation>>
  selectReservations(selection: Selection): Promise<AuditedReservation[]>
  /** The ledger's sums are read after the balances: compare them at rest. */
  selectStock(selection: Selection): Promise<AuditedStock[]>
}
