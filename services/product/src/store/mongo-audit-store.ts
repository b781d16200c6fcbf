import type { mongo } from 'mongoose'
import type { AuditedReservation, AuditedStock, Selection } from '@toko/contracts'
import type { AuditStore } from './audit-store.ts'
import type { MovementDocument, ReservationDocument, StockDocument } from './models.ts'
import { pageById } from './mongo-page.ts'
import type { Page } from './product-store.ts'

interface Sums {
  readonly received: number
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
    shipped: 0,
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
  return { items: await withSums(page.items, movements), next: page.next }
}

async function withSums(
  documents: readonly StockDocument[],
  movements: mongo.Collection<MovementDocument>,
): Promise<AuditedStock[]> {
  const group = {
    _id: '$sku',
    received: { $sum: '$delta' },
    movements: { $sum: 1 },
    lastSeq: { $max: '$seq' },
  }
  const rows = (await movements
    .aggregate([{ $match: { sku: { $in: documents.map(({ _id }) => _id) } } }, { $group: group }])
    .toArray()) as (Sums & { _id: string })[]
  const sums = new Map(rows.map((row) => [row._id, row]))
  return documents.map((document) => auditedStock(document, sums.get(document._id)))
}

function auditedReservation(document: ReservationDocument): AuditedReservation {
  const { _id: id, status, reason, epoch, version, lines, outbox, nextAttemptAt, createdAt } = document
  return {
    id,
    status,
    ...(reason === undefined ? {} : { reason }),
    epoch,
    version,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    consumptions: [],
    restocks: [],
    outbox: outbox.length,
    nextAttemptAt: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
    createdAt: createdAt.toISOString(),
  }
}

/** At most 100 ids or `limit` documents, in order of ids. */
const select = async <D extends { readonly _id: string }>(
  collection: mongo.Collection<D>,
  { ids, after, limit }: Selection,
): Promise<D[]> => {
  const filter = (ids ? { _id: { $in: ids } } : afterId(after)) as unknown as mongo.Filter<D>
  return (await collection.find(filter, { sort: { _id: 1 }, ...(ids ? {} : { limit }) }).toArray()) as D[]
}

export function mongoAuditStore(
  reservations: mongo.Collection<ReservationDocument>,
  stock: mongo.Collection<StockDocument>,
  movements: mongo.Collection<MovementDocument>,
): AuditStore {
  return {
    selectReservations: async (selection) => (await select(reservations, selection)).map(auditedReservation),
    selectStock: async (selection) => withSums(await select(stock, selection), movements),
    async reservation(orderId) {
      const filter = { _id: orderId } as mongo.Filter<ReservationDocument>
      const found = await reservations.findOne(filter)
      return found ? auditedReservation(found) : undefined
    },
    reservations: (limit, cursor) =>
      pageById(
        'audit/reservations',
        limit,
        cursor,
        (after, count) =>
          reservations
            .find(afterId(after) as mongo.Filter<ReservationDocument>, { sort: { _id: 1 }, limit: count })
            .toArray() as Promise<ReservationDocument[]>,
        ({ _id }) => _id,
        auditedReservation,
      ),
  }
}
