import type { AuditedReservation } from '@toko/contracts'
import type { Page } from './product-store.ts'

/** Reservations as the reconciliation reads them, in order of ids. Adapter: mongo-audit-store.ts. */
export interface AuditStore {
  reservation(orderId: string): Promise<AuditedReservation | undefined>
  reservations(limit: number, cursor?: string): Promise<Page<AuditedReservation>>
}
