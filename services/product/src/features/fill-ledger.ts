import type { Clock } from '../ports.ts'
import type { LedgerStore } from '../store/ledger-store.ts'

const batch = 50

/** Copies movements that wait in stock documents since before `olderThanMs` ago into the ledger (slow path of adjust-stock). */
export async function fillLedger(
  { ledger, clock }: { readonly ledger: LedgerStore; readonly clock: Clock },
  olderThanMs: number,
  stopping?: AbortSignal,
): Promise<void> {
  for (;;) {
    const skus = await ledger.undrained(clock.now() - olderThanMs, batch)
    for (const sku of skus) await ledger.drain(sku)
    if (skus.length < batch || stopping?.aborted) return
  }
}
