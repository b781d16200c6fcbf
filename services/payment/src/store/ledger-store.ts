import type { Selection } from '@toko/contracts'
import type { PaymentRecord } from '../domain/payment.ts'

/** The books by orders, read only. Adapter: mongo-ledger-store.ts. */
export interface LedgerStore {
  /** In order of keys, which begin with their order's id. */
  select(selection: Selection): Promise<PaymentRecord[]>
}
