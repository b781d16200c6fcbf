import type { mongo } from 'mongoose'
import type { AuditedReservation, AuditedStock, Selection } from '@toko/contracts'
import type { Move } from '../domain/moves.ts'
import { reservationShapeFault, stockShapeFault } from '../domain/soundness.ts'
import type { AuditStore } from './audit-store.ts'
import type { MovementDocument, ReservationDocument, StockDocument } from './models.ts'
import { pageById } from './mongo-page.ts'
import type { Page } from './product-store.ts'

// What can't be read must not hide the others from the reconciliation; the alert `parked` tells of it.
const isReadableStock = (document: StockDocument) => stockShapeFault(document) === undefined
const isReadable = (document: ReservationDocument) => reservationShapeFault(document) === undefined

interface Sums {
  readonly received: number
  readonly shipped: number
  readonly movements: number
  readonly lastSeq: number
}

const afterId = (after: string | undefined) => (after === undefined ? {} : { _id: { $gt: after } })

function auditedStock(document: StockDocument, sums: Sums | undefined): AuditedStock {
  const { _id: sku, onHand, available, reserved, watermark, seq, pending, entries } = document
  return {
    sku,
    onHand,
    available,
    reserved,
    watermark,
    seq,
    received: sums?.received ?? 0,
    shipped: sums?.shipped ?? 0,
    movements: sums?.movements ?? 0,
    lastSeq: sums?.lastSeq ?? 0,
    pending: pending.length,
    entries: entries.map(({ rid, qty, s, epoch }) => ({ orderId: rid, quantity: qty, state: s, epoch })),
  }
}

/** Balances with the sums of their ledger, in order of SKUs. The sums are read after the balances: compare them at rest. */
export async function auditedPage(
  stock: mongo.Collection<StockDocument>,
  movements: mongo.Collection<MovementDocument>,
  limit: number,
  cursor: string | undefined,
): Promise<Page<AuditedStock>> {
  const page = await pageById(
    'audit/stock',
    limit,
    cursor,
    (after, count) =>
      stock
        .find(afterId(after) as mongo.Filter<StockDocument>, { sort: { _id: 1 }, limit: count })
        .toArray() as Promise<StockDocument[]>,
    ({ _id }) => _id,
    (document) => document,
  )
  return { items: await withSums(page.items.filter(isReadableStock), movements), next: page.next }
}

async function withSums(
  documents: readonly StockDocument[],
  movements: mongo.Collection<MovementDocument>,
): Promise<AuditedStock[]> {
  const isShipment = { $eq: ['$kind', 'shipment'] }
  const group = {
    _id: '$sku',
    received: { $sum: { $cond: [isShipment, 0, '$delta'] } },
    shipped: { $sum: { $cond: [isShipment, { $subtract: [0, '$delta'] }, 0] } },
    movements: { $sum: 1 },
    lastSeq: { $max: '$seq' },
  }
  const rows = (await movements
    .aggregate([{ $match: { sku: { $in: documents.map(({ _id }) => _id) } } }, { $group: group }])
    .toArray()) as (Sums & { _id: string })[]
  const sums = new Map(rows.map((row) => [row._id, row]))
  return documents.map((document) => auditedStock(document, sums.get(document._id)))
}

const auditedMove = ({ id, lines }: Move) => ({ id, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) })

function auditedReservation(document: ReservationDocument): AuditedReservation {
  const { _id: id, status, reason, epoch, version, lines, consumptions, restocks, outbox, createdAt } = document
  const { nextAttemptAt } = document
  return {
    id,
    status,
    ...(reason === undefined ? {} : { reason }),
    epoch,
    version,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    consumptions: (consumptions ?? []).map(auditedMove),
    restocks: (restocks ?? []).map(auditedMove),
    outbox: outbox.length,
    nextAttemptAt: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
    createdAt: createdAt.toISOString(),
  }
}

/** At most 100 ids, or `limit` documents that can be read, in order of ids. Fewer than `limit`: there are no more. */
async function select<D extends { readonly _id: string }>(
  collection: mongo.Collection<D>,
  { ids, after, limit }: Selection,
  isSound: (document: D) => boolean,
): Promise<D[]> {
  const filter = (ids ? { _id: { $in: ids } } : afterId(after)) as unknown as mongo.Filter<D>
  const found = (await collection.find(filter, { sort: { _id: 1 }, ...(ids ? {} : { limit }) }).toArray()) as D[]
  const sound = found.filter(isSound)
  if (ids || found.length < limit || sound.length === found.length) return sound
  const next: Selection = { ids, after: found.at(-1)!._id, limit: limit - sound.length }
  return [...sound, ...(await select(collection, next, isSound))]
}

export function mongoAuditStore(
  reservations: mongo.Collection<ReservationDocument>,
  stock: mongo.Collection<StockDocument>,
  movements: mongo.Collection<MovementDocument>,
): AuditStore {
  return {
    selectReservations: async (selection) =>
      (await select(reservations, selection, isReadable)).map(auditedReservation),
    selectStock: async (selection) => withSums(await select(stock, selection, isReadableStock), movements),
    async reservation(orderId) {
      const filter = { _id: orderId } as mongo.Filter<ReservationDocument>
      const found = await reservations.findOne(filter)
      return found && isReadable(found) ? auditedReservation(found) : undefined
    },
    async reservations(limit, cursor) {
      const { items, next } = await pageById(
        'audit/reservations',
        limit,
        cursor,
        (after, count) =>
          reservations
            .find(afterId(after) as mongo.Filter<ReservationDocument>, { sort: { _id: 1 }, limit: count })
            .toArray() as Promise<ReservationDocument[]>,
        ({ _id }) => _id,
        (document) => document,
      )
      return { items: items.filter(isReadable).map(auditedReservation), next }
    },
  }
}
