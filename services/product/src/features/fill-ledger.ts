import type { LedgerStore } from '../store/ledger-store.ts'
import { soundStock, type StockCare } from './park.ts'

const batch = 50

interface LedgerCare extends StockCare {
  readonly ledger: Pick<LedgerStore, 'undrained' | 'drain'>
}

/**
 * Copies movements that wait in stock documents since before `olderThanMs` ago into the ledger (slow path of adjust-stock).
 * @throws AggregateError after the last SKU, when some could not be copied: they are due again
 */
export async function fillLedger(care: LedgerCare, olderThanMs: number, stopping?: AbortSignal): Promise<void> {
  const { ledger, clock } = care
  const failures: unknown[] = []
  for (;;) {
    const skus = await ledger.undrained(clock.now() - olderThanMs, batch)
    for (const sku of skus) {
      try {
        if (await soundStock(care, sku)) await ledger.drain(sku)
      } catch (error) {
        failures.push(error)
      }
    }
    if (skus.length < batch || failures.length > 0 || stopping?.aborted) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} ledgers could not be filled yet`)
}
