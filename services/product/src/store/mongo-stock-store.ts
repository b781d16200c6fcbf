import type { mongo } from 'mongoose'
import { errors } from '@toko/contracts'
import { dueFilter, duplicateIndexOf } from '@toko/database'
import type { Hold, HoldResult, StockEntry } from '../domain/stock.ts'
import type { MovementDocument, StockDocument } from './models.ts'
import { emptyStock } from './mongo-empty-stock.ts'
import { appendMovement, stateOf } from './mongo-movements.ts'
import type { StockStore } from './stock-store.ts'

type Filter = mongo.Filter<StockDocument>

interface StockOptions {
  /** Entries of one SKU beyond which holds are refused: the document must stay small (~40 bytes each). */
  readonly maxEntries: number
  /** Told after a hold or release, so that copies of the level can follow. */
  readonly onChange: (sku: string, before: number, after: number) => void
  /** Told after a shipment or return: its movement waits for the ledger. */
  readonly onMove: (sku: string) => void
}

/** Times that a write is tried again when the read after it finds no reason for its refusal. */
const maxRounds = 20

export function mongoStockStore(
  stock: mongo.Collection<StockDocument>,
  movements: mongo.Collection<MovementDocument>,
  { maxEntries, onChange, onMove }: StockOptions,
): StockStore {
  const entryOf = ({ rid, quantity, epoch }: Hold, s: StockEntry['s'], at: number): StockEntry => ({
    rid,
    qty: quantity,
    s,
    epoch,
    at,
  })
  /** Never returns the entries: a hot SKU has thousands. */
  const write = (filter: object, update: object) =>
    stock.findOneAndUpdate(filter, update, {
      returnDocument: 'after',
      projection: { available: 1 },
    }) as Promise<Pick<StockDocument, '_id' | 'available'> | null>
  const look = (sku: string, rid: string) =>
    stock.findOne({ _id: sku } as Filter, {
      projection: {
        available: 1,
        watermark: 1,
        entries: { $elemMatch: { rid } },
        last: { $arrayElemAt: ['$entries.rid', maxEntries - 1] },
      },
    }) as Promise<(StockDocument & { last?: string }) | null>

  async function tryHold(sku: string, hold: Hold, nowMs: number): Promise<HoldResult | undefined> {
    const { rid, quantity, epoch } = hold
    const written = await write(
      {
        _id: sku,
        available: { $gte: quantity },
        watermark: { $lt: epoch },
        'entries.rid': { $ne: rid },
        [`entries.${maxEntries - 1}`]: { $exists: false },
      },
      {
        $inc: { available: -quantity, reserved: quantity, rev: 1 },
        $push: { entries: entryOf(hold, 'A', nowMs) },
        $set: { updatedAt: new Date(nowMs) },
      },
    )
    if (written) {
      onChange(sku, written.available + quantity, written.available)
      return { kind: 'held' }
    }
    const found = await look(sku, rid)
    if (!found) return { kind: 'short', available: 0 }
    const [entry] = found.entries ?? []
    if (entry) return { kind: entry.s === 'A' ? 'held' : 'closed' }
    if (found.watermark >= epoch) return { kind: 'too-old' }
    if (found.available < quantity) return { kind: 'short', available: found.available }
    return found.last === undefined ? undefined : { kind: 'full' }
  }

  async function tryTombstone(sku: string, hold: Hold, nowMs: number, pruneAt: number): Promise<boolean | undefined> {
    const { rid, epoch } = hold
    const entry = entryOf(hold, 'R', nowMs)
    const written = await write(
      { _id: sku, watermark: { $lt: epoch }, 'entries.rid': { $ne: rid } },
      { $inc: { rev: 1 }, $push: { entries: entry }, $min: { pruneAt }, $set: { updatedAt: new Date(nowMs) } },
    )
    if (written) return true
    const found = await look(sku, rid)
    if (found) return (found.entries ?? []).length > 0 || found.watermark >= epoch ? false : undefined
    try {
      const document = { ...emptyStock(sku, nowMs), entries: [entry], pruneAt }
      await stock.insertOne(document)
      return true
    } catch (error) {
      if (duplicateIndexOf(error) === '_id_') return undefined
      throw error
    }
  }

  /** A refusal whose reason was gone at the read after it: what it waited for happened in between. */
  async function insist<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    for (let round = 0; round < maxRounds; round++) {
      const result = await attempt()
      if (result !== undefined) return result
    }
    throw errors.overloaded({ retryAfterSeconds: 1 })
  }

  return {
    async peek(skus) {
      const projection = { available: 1, watermark: 1 }
      const found = await stock.find({ _id: { $in: [...skus] } } as unknown as Filter, { projection }).toArray()
      return new Map(found.map(({ _id, available, watermark }) => [_id, { available, watermark }]))
    },
    hold: (sku, hold, nowMs) => insist(() => tryHold(sku, hold, nowMs)),
    async free(sku, { rid, quantity }, nowMs, pruneAt) {
      const written = await write(
        { _id: sku, entries: { $elemMatch: { rid, s: 'A', qty: quantity } } },
        {
          $inc: { available: quantity, reserved: -quantity, rev: 1 },
          $set: { 'entries.$.s': 'R', 'entries.$.at': nowMs, updatedAt: new Date(nowMs) },
          $min: { pruneAt },
        },
      )
      if (written) onChange(sku, written.available - quantity, written.available)
      return written !== null
    },
    tombstone: (sku, hold, nowMs, pruneAt) => insist(() => tryTombstone(sku, hold, nowMs, pruneAt)),
    async moveBasis(sku, rid, key) {
      const found = await stock.findOne({ _id: sku } as Filter, {
        projection: { seq: 1, onHand: 1, pending: 1, entries: { $elemMatch: { rid } } },
      })
      if (!found) return null
      const { seq, onHand, pending } = found
      // $elemMatch leaves the field out when nothing matches.
      const entry = (found.entries as StockDocument['entries'] | undefined)?.[0]
      // In this order: what leaves `pending` is in the ledger before.
      const isMade =
        pending.some((movement) => movement.key === key) ||
        (await movements.findOne({ sku, key } as mongo.Filter<MovementDocument>, { projection: { _id: 1 } })) !== null
      return { seq, onHand, ...(entry ? { entry } : {}), isMade }
    },
    async ship(sku, { rid, qty }, movement, pruneAt) {
      const { delta, at } = movement
      const isLast = qty + delta === 0
      const written = await appendMovement(stock, sku, movement, {
        filter: { entries: { $elemMatch: { rid, s: 'A', qty } } },
        inc: { reserved: delta, 'entries.$.qty': delta },
        set: { 'entries.$.at': at, ...(isLast ? { 'entries.$.s': 'C' } : {}) },
        min: isLast ? { pruneAt } : {},
      })
      if (written) onMove(sku)
      return written !== null
    },
    async putBack(sku, movement) {
      const { delta } = movement
      const written = await appendMovement(stock, sku, movement, { inc: { available: delta } })
      if (!written) return false
      onChange(sku, written.available - delta, written.available)
      onMove(sku)
      return true
    },
    async duePrunes(nowMs, limit, latestMs) {
      const filter = dueFilter('pruneAt', nowMs, latestMs) as Filter
      const found = await stock.find(filter, { sort: { pruneAt: 1 }, limit, projection: { pruneAt: 1 } }).toArray()
      return found.map(({ _id, pruneAt }) => ({ sku: _id, pruneAt: pruneAt! }))
    },
    async claimPrune(sku, pruneAt, next) {
      return (await write({ _id: sku, pruneAt }, { $set: { pruneAt: next }, $inc: { rev: 1 } })) !== null
    },
    async inspect(sku) {
      const found = await stock.findOne({ _id: sku } as Filter)
      return found && stateOf(found)
    },
    async park(sku, { rev }, why, nowMs) {
      const isDue = ['parked', 'pruneAt', 'pendingAt'].map((field) => ({ [field]: { $exists: field !== 'parked' } }))
      const update = { $set: { parked: { why, at: nowMs } }, $unset: { pruneAt: '', pendingAt: '' } } as const
      return (await stock.updateOne({ _id: sku, rev, $or: isDue }, update)).modifiedCount > 0
    },
    async prune(sku, rids, watermark) {
      await write(
        { _id: sku },
        {
          $pull: { entries: { rid: { $in: [...rids] }, s: { $in: ['R', 'C'] } } },
          $max: { watermark },
          $inc: { rev: 1 },
        },
      )
    },
    async endPrune(sku) {
      await write({ _id: sku, 'entries.s': { $nin: ['R', 'C'] } }, { $unset: { pruneAt: '' }, $inc: { rev: 1 } })
    },
  }
}
