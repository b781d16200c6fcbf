import type { Movement } from '../src/domain/movement.ts'
import type { StockEntry } from '../src/domain/stock.ts'
import type { StockStore } from '../src/store/stock-store.ts'

/** The stock document of one SKU. Never changed: a write replaces it. */
export interface MemoryStock {
  readonly onHand: number
  readonly available: number
  readonly reserved: number
  readonly watermark: number
  readonly entries: readonly StockEntry[]
  readonly pruneAt?: number
  readonly seq: number
  /** Movements that are not in the ledger yet. */
  readonly pending: readonly Movement[]
}

export interface MemoryStockStore extends StockStore {
  readonly all: Map<string, MemoryStock>
}

/** A SKU with so many units on hand and an empty ledger. */
export const memoryStock = (onHand: number): MemoryStock => ({
  onHand,
  available: onHand,
  reserved: 0,
  watermark: 0,
  entries: [],
  seq: 0,
  pending: [],
})

const yieldOnce = () => Promise.resolve()

/** The stock store without a database: each method is one atomic step after one turn of the loop. */
export function memoryStockStore(maxEntries = 5000): MemoryStockStore {
  const all = new Map<string, MemoryStock>()
  const entryOf = (sku: string, rid: string) => all.get(sku)?.entries.find((entry) => entry.rid === rid)
  const dueAt = (stock: MemoryStock, pruneAt: number) => Math.min(stock.pruneAt ?? pruneAt, pruneAt)
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
      all.set(sku, {
        ...stock,
        available: stock.available - quantity,
        reserved: stock.reserved + quantity,
        entries: [...stock.entries, { rid, qty: quantity, s: 'A', epoch, at: nowMs }],
      })
      return { kind: 'held' }
    },
    async free(sku, { rid, quantity }, nowMs, pruneAt) {
      await yieldOnce()
      const stock = all.get(sku)
      const entry = entryOf(sku, rid)
      if (!stock || entry?.s !== 'A' || entry.qty !== quantity) return false
      all.set(sku, {
        ...stock,
        available: stock.available + quantity,
        reserved: stock.reserved - quantity,
        entries: stock.entries.map((each) => (each === entry ? { ...each, s: 'R', at: nowMs } : each)),
        pruneAt: dueAt(stock, pruneAt),
      })
      return true
    },
    async tombstone(sku, { rid, quantity, epoch }, nowMs, pruneAt) {
      await yieldOnce()
      const stock = all.get(sku) ?? memoryStock(0)
      if (entryOf(sku, rid) || stock.watermark >= epoch) return false
      const entries: StockEntry[] = [...stock.entries, { rid, qty: quantity, s: 'R', epoch, at: nowMs }]
      all.set(sku, { ...stock, entries, pruneAt: dueAt(stock, pruneAt) })
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
      all.set(sku, { ...stock, pruneAt: next })
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
      const entries = stock.entries.filter(({ rid, s }) => s === 'A' || !rids.includes(rid))
      all.set(sku, { ...stock, entries, watermark: Math.max(stock.watermark, watermark) })
    },
    async endPrune(sku) {
      await yieldOnce()
      const stock = all.get(sku)
      if (!stock || stock.entries.some(({ s }) => s !== 'A')) return
      const { pruneAt: _due, ...rest } = stock
      all.set(sku, rest)
    },
  }
}
