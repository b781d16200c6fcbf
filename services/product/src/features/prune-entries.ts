import type { ReservationCore } from './reservation-core.ts'

const batch = 20
/** A SKU whose old entries belong to reservations that are not final yet is looked at again after this. */
const retryMs = 60_000

async function pruneSku({ stock, reservations, clock, limits }: ReservationCore, sku: string): Promise<number> {
  const old = await stock.closedEntries(sku, clock.now() - limits.entryRetentionMs)
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

/** Forgets closed entries of final reservations after their retention; the watermark goes up with them (R7). Returns how many. */
export async function pruneEntries(core: ReservationCore): Promise<number> {
  const now = core.clock.now()
  let pruned = 0
  for (const { sku, pruneAt } of await core.stock.duePrunes(now, batch)) {
    const next = now + Math.min(retryMs, core.limits.entryRetentionMs)
    if (await core.stock.claimPrune(sku, pruneAt, next)) pruned += await pruneSku(core, sku)
  }
  return pruned
}
