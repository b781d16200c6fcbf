import type { Books } from '@toko/audit'
import type { AuditedReservation, PaymentLedgerEntry } from '@toko/contracts'
import type { NeighbourBooks } from '../ports.ts'
import type { OrderAuditStore } from '../store/order-audit-store.ts'
import { auditOrder } from './audit-order.ts'

export interface BookSources {
  readonly orders: OrderAuditStore
  readonly neighbours: NeighbourBooks
}

/** What one address line carries (packages/contracts, selection.ts); entries of a hot SKU are many, so stock comes in small pages. */
const idsPerCall = 100
const skusPerCall = 20

async function inParts<T>(ids: readonly string[], size: number, read: (ids: string[]) => Promise<T[]>): Promise<T[]> {
  const all: T[] = []
  for (let from = 0; from < ids.length; from += size) all.push(...(await read(ids.slice(from, from + size))))
  return all
}

const reservationsOf = ({ neighbours }: BookSources, orderIds: readonly string[]) =>
  inParts(orderIds, idsPerCall, (ids) => neighbours.reservations({ ids, limit: idsPerCall }))
const stockOf = ({ neighbours }: BookSources, skus: Iterable<string>) =>
  inParts([...new Set(skus)], skusPerCall, (ids) => neighbours.stock({ ids, limit: skusPerCall }))

/** Everything about these orders. The neighbours come first: what they know of an order was committed before (I7). */
export async function booksOf(sources: BookSources, orderIds: readonly string[], readFromMs: number): Promise<Books> {
  const { neighbours } = sources
  const reservations = await reservationsOf(sources, orderIds)
  const payments = await inParts(orderIds, idsPerCall, (ids) => neighbours.payments({ ids, limit: idsPerCall }))
  const orders = (await sources.orders.byIds(orderIds)).map(auditOrder)
  const skus = [...orders, ...reservations].flatMap(({ lines }) => lines.map(({ sku }) => sku))
  const stock = await stockOf(sources, skus)
  return { readFromMs, orders, reservations, payments, stock, covers: new Set(orderIds) }
}

/** These SKUs with what holds them. Payments are not read: only rules of stock say something about such books. */
export async function booksOfStock(sources: BookSources, skus: readonly string[], readFromMs: number): Promise<Books> {
  const stock = await stockOf(sources, skus)
  const holders = stock.flatMap(({ entries }) =>
    entries.filter(({ state }) => state === 'A').map(({ orderId }) => orderId),
  )
  const orderIds = [...new Set(holders)]
  const reservations = await reservationsOf(sources, orderIds)
  const orders = (await sources.orders.byIds(orderIds)).map(auditOrder)
  return { readFromMs, orders, reservations, payments: [], stock, covers: new Set(orderIds) }
}

/** The last id up to which a page is whole: undefined when it is the last page. */
const endOf = (page: readonly AuditedReservation[], limit: number) =>
  page.length < limit ? undefined : page.at(-1)!.id

/** The keys of a page's last order may go on in the next page. */
function endOfPayments(page: readonly PaymentLedgerEntry[], limit: number): string | undefined {
  if (page.length < limit) return undefined
  const last = page.at(-1)!.orderId
  return page.findLast(({ orderId }) => orderId !== last)?.orderId
}

/**
 * Everything with ids after `after`, about `batch` orders: all three books are in order of order ids, so that what only one
 * of them knows is found too. `last` is where to go on, undefined at the end.
 */
export async function booksAfter(
  { orders, neighbours }: BookSources,
  after: string,
  batch: number,
): Promise<{ readonly ids: string[]; readonly last: string | undefined }> {
  const position = after === '' ? undefined : after
  const paymentLimit = Math.max(2 * idsPerCall, batch)
  const reservations = await neighbours.reservations({ after: position, limit: batch })
  const payments = await neighbours.payments({ after: position, limit: paymentLimit })
  const ends = [endOf(reservations, batch), endOfPayments(payments, paymentLimit)].filter((end) => end !== undefined)
  const upTo = ends.toSorted()[0]
  const own = await orders.after(after, batch, upTo)
  const last = own.length < batch ? upTo : own.at(-1)!._id
  const ids = [
    ...own.map(({ _id }) => _id),
    ...reservations.map(({ id }) => id),
    ...payments.map(({ orderId }) => orderId),
  ]
  return { ids: [...new Set(ids)].filter((id) => last === undefined || id <= last), last }
}
