import type { PaymentChange, PaymentRecord } from '../domain/payment.ts'

/** One document per key; each write touches one document and announces its effect in the same write (R2). */
export interface PaymentStore {
  find(key: string): Promise<PaymentRecord | null>
  /** False when the key exists already. */
  insert(payment: PaymentRecord): Promise<boolean>
  /** The payment after the change, or null when its precondition holds no longer. */
  apply(payment: PaymentRecord, change: PaymentChange): Promise<PaymentRecord | null>
  /** Keys of payments that should have become definitive by then; also those due after `latestMs`, which only a wrong clock can have set. */
  due(byMs: number, limit: number, latestMs: number): Promise<string[]>
  /** In order of keys, from the first one after `after`. */
  list(after: string | undefined, limit: number): Promise<PaymentRecord[]>
}
