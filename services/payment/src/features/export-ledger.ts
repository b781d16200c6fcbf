import type { PaymentLedgerEntry } from '@toko/contracts'
import { ledgerView } from '../domain/views.ts'
import type { PaymentStore } from '../store/payment-store.ts'

/** The provider's own books, in order of keys; `last` is the key to go on after, null at the end. */
export function makeExportLedger(store: PaymentStore) {
  return async (
    after: string | undefined,
    limit: number,
  ): Promise<{ items: PaymentLedgerEntry[]; last: string | null }> => {
    const payments = await store.list(after, limit + 1)
    const items = payments.slice(0, limit).map(ledgerView)
    return { items, last: payments.length > limit ? items.at(-1)!.key : null }
  }
}
