import type { Books } from '@toko/audit'
import type { HistoryRecord } from '../history/record.ts'
import { runOf } from '../history/sent-keys.ts'

/** What in the books concerns this run: its people's orders, its goods, and whatever names one of either. */
export function booksOfRun(records: readonly HistoryRecord[], books: Books): Books {
  const run = runOf(records)
  const users = new Set(run?.users)
  const skus = new Set(run?.goods.map(({ sku }) => sku))
  const hasGoods = ({ lines }: { readonly lines: readonly { readonly sku: string }[] }) =>
    lines.some(({ sku }) => skus.has(sku))
  const orders = books.orders.filter((order) => users.has(order.userId) || hasGoods(order))
  // Also ids that were acknowledged and have no order: their stock and money must not be left out.
  const named = records.flatMap((record) => (record.type === 'attempt' && record.orderId ? [record.orderId] : []))
  const ids = new Set([...orders.map(({ id }) => id), ...named])
  return {
    readFromMs: books.readFromMs,
    orders,
    reservations: books.reservations.filter((each) => ids.has(each.id) || hasGoods(each)),
    stock: books.stock.filter(({ sku }) => skus.has(sku)),
    payments: books.payments.filter(({ orderId }) => ids.has(orderId)),
  }
}
