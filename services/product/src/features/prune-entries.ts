import { latestDueMs } from '@toko/contracts'
import { soundStock } from './park.ts'
import type { ReservationCore } from './reservation-core.ts'

const batch = 20
/** A SKU whose old entries belong to reservations that are not final yet is looked at again after this. */
const retryMs = 60_000

async function pruneSku(core: ReservationCore, { sku, pruneAt }: { sku: string; pruneAt: number }): Promise<number> {
  const { stock, reservations, clock, limits } = core
  const state = await soundStock(core, sku)
  if (!state) return 0
  const now = clock.now()
  if (!(await stock.claimPrune(sku, pruneAt, now + Math.min(retryMs, limits.entryRetentionMs)))) return 0
  // Read before the claim: what is closed stays closed, and `prune` takes nothing else.
  const old = state.entries.filter(({ s, at }) => s !== 'A' && at < now - limits.entryRetentionMs)
  const final = old.length === 0 ? new Set<string>() : await reservations.finalOf(old.map(({ rid }) => rid))
  const removable = old.filter(({ rid }) => final.has(rid))
  if (removable.length > 0)
    await stock.prune(
      sku,
      removable.map(({ rid }) => rid),
      Math.max(...removable.map(({ epoch }) => epoch)),
    )
  await stock.endPrune(sku)
  return removable.length
}

/**
 * Forgets closed entries of final reservations after their retention; the watermark goes up with them (R7). Returns how many.
 * @throws AggregateError after the last SKU, when some could not be pruned: they are due again
 */
export async function pruneEntries(core: ReservationCore): Promise<number> {
  let pruned = 0
  const failures: unknown[] = []
  const now = core.clock.now()
  for (const due of await core.stock.duePrunes(now, batch, latestDueMs(now, core.limits.entryRetentionMs))) {
    try {
      pruned += await pruneSku(core, due)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} SKUs could not be pruned yet`)
  return pruned
}
