import type { DomainEvent } from '@toko/contracts'
import type { StoredReservation } from '../src/domain/reservation.ts'
import type { StockEntry } from '../src/domain/stock.ts'
import type { ReservationStore } from '../src/store/reservation-store.ts'
import type { StockStore } from '../src/store/stock-store.ts'

export interface MemoryStock {
  onHand: number
  available: number
  reserved: number
  watermark: number
  entries: StockEntry[]
  pruneAt?: number
}

const yieldOnce = () => Promise.resolve()

/** The reservation store without a database: each method is one atomic step after one turn of the loop. */
export function memoryReservationStore(): ReservationStore & { readonly all: Map<string, StoredReservation> } {
  const all = new Map<string, StoredReservation>()
  const write = (next: StoredReservation, events: readonly DomainEvent[]) => {
    const written = {
      ...next,
      rev: next.rev + 1,
      outbox: [...next.outbox, ...events.map(({ definition }) => ({ type: definition.type }))],
    }
    all.set(written._id, written)
    return written
  }
  const without = ({ nextAttemptAt: _due, ...rest }: StoredReservation): StoredReservation => rest
  return {
    all,
    async insert(reservation, events, nowMs) {
      await yieldOnce()
      if (all.has(reservation._id)) return null
      return write({ ...reservation, rev: 0, createdAt: new Date(nowMs), outbox: [] }, events)
    },
    async get(id) {
      await yieldOnce()
      return all.get(id) ?? null
    },
    async move(id, from, { nextAttemptAt, ...change }, events) {
      await yieldOnce()
      const found = all.get(id)
      if (!found || !from.includes(found.status)) return null
      const next = { ...without(found), ...change, version: found.version + 1 }
      return write(nextAttemptAt === null ? next : { ...next, nextAttemptAt }, events)
    },
    async settle(id) {
      await yieldOnce()
      const found = all.get(id)
      if (found?.status === 'released' && found.nextAttemptAt !== undefined) write(without(found), [])
    },
    async due(nowMs, limit) {
      await yieldOnce()
      return [...all.values()]
        .filter(({ nextAttemptAt }) => nextAttemptAt !== undefined && nextAttemptAt <= nowMs)
        .toSorted((a, b) => a.nextAttemptAt! - b.nextAttemptAt!)
        .slice(0, limit)
    },
    async claim(seen, nextAttemptAt, events) {
      await yieldOnce()
      const found = all.get(seen._id)
      const isSame =
        found?.version === seen.version &&
        found.attempts === seen.attempts &&
        found.nextAttemptAt === seen.nextAttemptAt
      return isSame ? write({ ...found, nextAttemptAt, attempts: found.attempts + 1 }, events) : null
    },
    async postpone(id, nextAttemptAt) {
      await yieldOnce()
      const found = all.get(id)
      return found?.status === 'held' ? write({ ...found, nextAttemptAt }, []) : null
    },
    async finalOf(ids) {
      await yieldOnce()
      return new Set(ids.filter((id) => ['released', 'consumed'].includes(all.get(id)?.status ?? '')))
    },
  }
}

/** The stock store without a database, atomic per method. */
export function memoryStockStore(maxEntries = 5000): StockStore & { readonly all: Map<string, MemoryStock> } {
  const all = new Map<string, MemoryStock>()
  const entryOf = (sku: string, rid: string) => all.get(sku)?.entries.find((entry) => entry.rid === rid)
  const closeAt = (stock: MemoryStock, pruneAt: number) => {
    stock.pruneAt = Math.min(stock.pruneAt ?? pruneAt, pruneAt)
  }
  return {
    all,
    async peek(skus) {
      await yieldOnce()
      return new Map(
        skus.flatMap((sku) => {
          const stock = all.get(sku)
          return stock ? [[sku, { available: stock.available, watermark: stock.watermark }] as const] : []
        }),
      )
    },
    async hold(sku, { rid, quantity, epoch }, nowMs) {
      await yieldOnce()
      const stock = all.get(sku)
      const entry = entryOf(sku, rid)
      if (!stock) return { kind: 'short', available: 0 }
      if (entry) return { kind: entry.s === 'A' ? 'held' : 'closed' }
      if (stock.watermark >= epoch) return { kind: 'too-old' }
      if (stock.available < quantity) return { kind: 'short', available: stock.available }
      if (stock.entries.length >= maxEntries) return { kind: 'full' }
      stock.available -= quantity
      stock.reserved += quantity
      stock.entries.push({ rid, qty: quantity, s: 'A', epoch, at: nowMs })
      return { kind: 'held' }
    },
    async free(sku, { rid, quantity }, nowMs, pruneAt) {
      await yieldOnce()
      const stock = all.get(sku)
      const entry = entryOf(sku, rid)
      if (!stock || entry?.s !== 'A' || entry.qty !== quantity) return false
      stock.available += quantity
      stock.reserved -= quantity
      stock.entries = stock.entries.map((each) => (each === entry ? { ...each, s: 'R', at: nowMs } : each))
      closeAt(stock, pruneAt)
      return true
    },
    async tombstone(sku, { rid, quantity, epoch }, nowMs, pruneAt) {
      await yieldOnce()
      const stock = all.get(sku) ?? { onHand: 0, available: 0, reserved: 0, watermark: 0, entries: [] }
      if (entryOf(sku, rid) || stock.watermark >= epoch) return false
      stock.entries.push({ rid, qty: quantity, s: 'R', epoch, at: nowMs })
      closeAt(stock, pruneAt)
      all.set(sku, stock)
      return true
    },
    async duePrunes(nowMs, limit) {
      await yieldOnce()
      return [...all]
        .flatMap(([sku, { pruneAt }]) => (pruneAt !== undefined && pruneAt <= nowMs ? [{ sku, pruneAt }] : []))
        .toSorted((a, b) => a.pruneAt - b.pruneAt)
        .slice(0, limit)
    },
    async claimPrune(sku, seen, next) {
      await yieldOnce()
      const stock = all.get(sku)
      if (stock?.pruneAt !== seen) return false
      stock.pruneAt = next
      return true
    },
    async closedEntries(sku, beforeMs) {
      await yieldOnce()
      return (all.get(sku)?.entries ?? []).filter(({ s, at }) => s !== 'A' && at < beforeMs)
    },
    async prune(sku, rids, watermark) {
      await yieldOnce()
      const stock = all.get(sku)
      if (!stock) return
      stock.entries = stock.entries.filter(({ rid, s }) => s === 'A' || !rids.includes(rid))
      stock.watermark = Math.max(stock.watermark, watermark)
    },
    async endPrune(sku) {
      await yieldOnce()
      const stock = all.get(sku)
      if (stock && stock.entries.every(({ s }) => s === 'A')) delete stock.pruneAt
    },
  }
}
