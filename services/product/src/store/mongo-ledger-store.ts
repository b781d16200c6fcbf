import type { mongo } from 'mongoose'
import { z } from 'zod'
import { duplicateIndexOf } from '@toko/database'
import { decodeCursor, encodeCursor } from '@toko/http'
import type { Balance, Movement } from '../domain/movement.ts'
import type { LedgerStore } from './ledger-store.ts'
import type { MovementDocument, StockDocument } from './models.ts'
import { auditedPage } from './mongo-audit-store.ts'
import { emptyStock } from './mongo-empty-stock.ts'
import { appendMovement, balanceFields } from './mongo-movements.ts'

type Filter = mongo.Filter<StockDocument>

const projection = balanceFields
const balanceOf = ({ _id: sku, onHand, available, reserved, seq, rev, pending }: StockDocument): Balance => ({
  sku,
  onHand,
  available,
  reserved,
  seq,
  rev,
  pending,
})
const movementOf = ({ _id: id, sku: _sku, ...rest }: MovementDocument): Movement => ({ id, ...rest })
const position = z.tuple([z.int()])

interface LedgerOptions {
  readonly onChange: (sku: string, before: number, after: number) => void
}

export function mongoLedgerStore(
  stock: mongo.Collection<StockDocument>,
  movements: mongo.Collection<MovementDocument>,
  { onChange }: LedgerOptions,
): LedgerStore {
  const find = async (filter: object, options: mongo.FindOptions = {}) =>
    ((await stock.find(filter as Filter, { projection, ...options }).toArray()) as StockDocument[]).map(balanceOf)
  const get = async (sku: string) => (await find({ _id: sku }))[0] ?? null
  return {
    get,
    getMany: (skus) => find({ _id: { $in: [...skus] } }),
    async open(sku, nowMs) {
      const document = emptyStock(sku, nowMs)
      try {
        await stock.insertOne(document)
      } catch (error) {
        if (duplicateIndexOf(error) !== '_id_') throw error
      }
      return (await get(sku)) ?? balanceOf(document)
    },
    async findByKey(sku, key) {
      const found = await movements.findOne({ sku, key } as mongo.Filter<MovementDocument>)
      return found ? movementOf(found) : null
    },
    async append(sku, movement) {
      const { delta } = movement
      const written = await appendMovement(stock, sku, movement, {
        filter: { available: { $gte: Math.max(0, -delta) } },
        inc: { available: delta },
      })
      if (!written) return null
      onChange(sku, written.available - delta, written.available)
      return balanceOf(written)
    },
    async drain(sku) {
      const balance = await get(sku)
      for (const { id, ...movement } of balance?.pending ?? []) {
        try {
          await movements.insertOne({ _id: id, sku, ...movement })
        } catch (error) {
          // Copied before, by a replica or before a crash.
          if (duplicateIndexOf(error) === undefined) throw error
        }
        await stock.updateOne({ _id: sku }, { $pull: { pending: { seq: movement.seq } } })
      }
      // A movement that came in between keeps the mark.
      await stock.updateOne({ _id: sku, pending: { $size: 0 } }, { $unset: { pendingAt: '' } })
    },
    async undrained(beforeMs, limit) {
      const options = { projection: { _id: 1 }, sort: { pendingAt: 1 }, limit } as const
      const found = await stock.find({ pendingAt: { $lte: beforeMs } } as Filter, options).toArray()
      return found.map(({ _id }) => _id)
    },
    async movements(sku, limit, cursor) {
      const binding = ['movements', sku]
      const after = cursor === undefined ? 0 : decodeCursor(binding, position, cursor)[0]
      const filter = { sku, seq: { $gt: after } } as unknown as mongo.Filter<MovementDocument>
      const found = (await movements
        .find(filter, { sort: { seq: 1 }, limit: limit + 1 })
        .toArray()) as MovementDocument[]
      const items = found.slice(0, limit)
      const next = found.length > limit ? encodeCursor(binding, [items.at(-1)!.seq]) : null
      return { items: items.map(movementOf), next }
    },
    scan: (after, limit) => find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit }),
    export: (limit, cursor) => auditedPage(stock, movements, limit, cursor),
  }
}
