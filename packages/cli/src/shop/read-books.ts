import type { Books } from '@toko/audit'
import { AuditedOrder, AuditedReservation, AuditedStock, PaymentLedgerEntry } from '@toko/contracts'
import type { ShopConnection } from './connect.ts'
import { readAll } from './read-all.ts'

/** All books of the shop. Orders come last: what the others know of an order was committed before (I7). */
export async function readBooks(shop: ShopConnection): Promise<Books> {
  const headers = await shop.asStaff()
  const readFromMs = Date.now()
  const payments = await readAll(shop.payment, { path: '/audit/payments', item: PaymentLedgerEntry, headers })
  const stock = await readAll(shop.product, { path: '/audit/stock', item: AuditedStock, headers })
  const reservations = await readAll(shop.product, { path: '/audit/reservations', item: AuditedReservation, headers })
  const orders = await readAll(shop.order, { path: '/audit/orders', item: AuditedOrder, headers })
  return { readFromMs, orders, reservations, stock, payments }
}
