import { isDue } from '@toko/contracts'
import type { Movement } from '../src/domain/movement.ts'
import type { Parked } from '../src/domain/reservation.ts'
import type { StockEntry, StockState } from '../src/domain/stock.ts'
import type { StockStore } from '../src/store/stock-store.ts'

/** The stock document of one SKU. Never changed: a write replaces it. */
export interface MemoryStock extends StockState {
  readonly pruneAt?: number
  readonly parked?: Parked
}

export interface MemoryStockStore extends StockStore {
  readonly all: Map<string, MemoryStock>
  /** Movements by SKU that left their stock document. */
  readonly ledger: ReadonlyMap<string, readonly Movement[]>
  /** What the ledger store does with waiting movements. */
  drain(sku: string): void
}

/** A SKU with so many units on hand and an empty ledger. */
export const memoryStock = (onHand: number): MemoryStock => ({
  onHand,
  available: onHand,
  reserved: 0,
  watermark: 0,
  entries: [],
  seq: 0,
  rev: 1,
  pending: [],
})

const yieldOnce = () => Promise.resolve()

/** The stock store without a database: each method is one atomic step after one turn of the loop. */
export function memoryStockStore(maxEntries = 5000): MemoryStockStore {
  const all = new Map<string, MemoryStock>()
  const entryOf = (sku: string, rid: string) => all.get(sku)?.entries.find((entry) => entry.rid === rid)
  const ledger = new Map<string, readonly Movement[]>()
  const write = (sku: string, next: MemoryStock) => void all.set(sku, { ...next, rev: next.rev + 1 })
  const moved = ({ onHand, pending }: MemoryStock, movement: Movement) => ({
    onHand: onHand + movement.delta,
    seq: movement.seq,
    pending: [...pending, movement],
  })
  const dueAt = (stock: MemoryStock, pruneAt: number) => Math.min(stock.pruneAt ?? pruneAt, pruneAt)
  return {
    all,
    ledger,
    drain(sku) {
      const stock = all.get(sku)
      if (!stock) return
      ledger.set(sku, [...(ledger.get(sku) ?? []), ...stock.pending])
      all.set(sku, { ...stock, pending: [] })
    },
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
      write(sku, {
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
      write(sku, {
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
      write(sku, { ...stock, entries, pruneAt: dueAt(stock, pruneAt) })
      return true
    },
    async duePrunes(nowMs, limit, latestMs) {
      await yieldOnce()
      return [...all]
        .flatMap(([sku, { pruneAt }]) => (isDue(pruneAt, nowMs, latestMs) ? [{ sku, pruneAt }] : []))
        .toSorted((a, b) => a.pruneAt - b.pruneAt)
        .slice(0, limit)
    },
    async claimPrune(sku, seen, next) {
      await yieldOnce()
      const stock = all.get(sku)
      if (stock?.pruneAt !== seen) return false
      write(sku, { ...stock, pruneAt: next })
      return true
    },
    async inspect(sku) {
      await yieldOnce()
      return all.get(sku) ?? null
    },
    async park(sku, { rev }, why, nowMs) {
      await yieldOnce()
      const stock = all.get(sku)
      const isNews = stock?.parked === undefined || stock.pruneAt !== undefined
      if (stock?.rev !== rev || !isNews) return false
      const { pruneAt: _due, ...rest } = stock
      all.set(sku, { ...rest, parked: { why, at: nowMs } })
      return true
    },
    async moveBasis(sku, rid, key) {
      await yieldOnce()
      const stock = all.get(sku)
      if (!stock) return null
      const { seq, onHand, pending } = stock
      const entry = entryOf(sku, rid)
      const hasKey = (movement: Movement) => movement.key === key
      const isMade = pending.some(hasKey) || (ledger.get(sku) ?? []).some(hasKey)
      return { seq, onHand, ...(entry ? { entry } : {}), isMade }
    },
    async ship(sku, { rid, qty }, movement, pruneAt) {
      await yieldOnce()
      const stock = all.get(sku)
      const entry = entryOf(sku, rid)
      if (!stock || stock.seq !== movement.seq - 1 || entry?.s !== 'A' || entry.qty !== qty) return false
      const { delta, at } = movement
      const left: StockEntry = { ...entry, qty: qty + delta, at, s: qty + delta === 0 ? 'C' : 'A' }
      write(sku, {
        ...stock,
        ...moved(stock, movement),
        reserved: stock.reserved + delta,
        entries: stock.entries.map((each) => (each === entry ? left : each)),
        ...(left.s === 'C' ? { pruneAt: dueAt(stock, pruneAt) } : {}),
      })
      return true
    },
    async putBack(sku, movement) {
      await yieldOnce()
      const stock = all.get(sku)
      if (stock?.seq !== movement.seq - 1) return false
      write(sku, { ...stock, ...moved(stock, movement), available: stock.available + movement.delta })
      return true
    },
    async prune(sku, rids, watermark) {
      await yieldOnce()
      const stock = all.get(sku)
      if (!stock) return
      const entries = stock.entries.filter(({ rid, s }) => s === 'A' || !rids.includes(rid))
      write(sku, { ...stock, entries, watermark: Math.max(stock.watermark, watermark) })
    },
    async endPrune(sku) {
      await yieldOnce()
      const stock = all.get(sku)
      if (!stock || stock.entries.some(({ s }) => s !== 'A')) return
      const { pruneAt: _due, ...rest } = stock
      write(sku, rest)
    },
  }
}
