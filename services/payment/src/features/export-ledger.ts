import type { PaymentLedgerEntry, Selection } from '@toko/contracts'
import { ledgerView } from '../domain/views.ts'
import type { LedgerStore } from '../store/ledger-store.ts'
import type { PaymentStore } from '../store/payment-store.ts'

/** The provider's own books or those of one order, in order of keys; `last` is the key to go on after, null at the end. */
export function makeExportLedger(store: PaymentStore) {
  return async (
    after: string | undefined,
    limit: number,
    orderId?: string,
  ): Promise<{ items: PaymentLedgerEntry[]; last: string | null }> => {
    // Keys begin with their order's id, so those of one order follow each other.
    const from = after ?? (orderId === undefined ? undefined : `${orderId}:`)
    const listed = await store.list(from, limit + 1)
    const payments = orderId === undefined ? listed : listed.filter((payment) => payment.orderId === orderId)
    const items = payments.slice(0, limit).map(ledgerView)
    return { items, last: payments.length > limit ? items.at(-1)!.key : null }
  }
}

/** The books of the orders that a reconciliation asks for. */
export const makeSelectLedger = (store: LedgerStore) => async (selection: Selection) =>
  (await store.select(selection)).map(ledgerView)
