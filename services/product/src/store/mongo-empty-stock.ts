import type { StockDocument } from './models.ts'

/** A SKU's stock before anything happened to it. */
export function emptyStock(sku: string, nowMs: number): StockDocument {
  const now = new Date(nowMs)
  return {
    _id: sku,
    rev: 1,
    createdAt: now,
    updatedAt: now,
    onHand: 0,
    available: 0,
    reserved: 0,
    entries: [],
    watermark: 0,
    seq: 0,
    pending: [],
  }
}
