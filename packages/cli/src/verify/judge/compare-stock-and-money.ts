import type { Books } from '@toko/audit'
import type { AuditedOrder, PaymentLedgerEntry } from '@toko/contracts'
import type { RunRecord } from '../history/record.ts'

/** Their goods are promised for good. */
const sold: ReadonlySet<string> = new Set(['authorised', 'confirmed', 'shipped', 'completed'])
const ended: ReadonlySet<string> = new Set(['rejected', 'cancelled', 'expired'])

/** Units sold against units that the run itself delivered: no number of the product service is believed here. */
export function oversold({ goods }: Pick<RunRecord, 'goods'>, { orders }: Pick<Books, 'orders'>): string[] {
  const units = new Map<string, number>()
  const add = (lines: AuditedOrder['lines'], sign: 1 | -1) => {
    for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + sign * quantity)
  }
  for (const { status, lines, refunds } of orders) {
    if (!sold.has(status)) continue
    add(lines, 1)
    for (const refund of refunds) if (refund.restock === 'done') add(refund.lines ?? [], -1)
  }
  return goods.flatMap(({ sku, stock }) => {
    const count = units.get(sku) ?? 0
    return count > stock ? [`${sku}: ${count} sold, ${stock} delivered`] : []
  })
}

/** What the provider took against what each order may cost. */
export function doubleCharged({ orders, payments }: Pick<Books, 'orders' | 'payments'>): string[] {
  const ledger = Map.groupBy(payments, ({ orderId }) => orderId)
  const byId = new Map(orders.map((order) => [order.id, order]))
  return [...ledger].flatMap(([id, entries]) => faultsOf(id, entries, byId.get(id)))
}

function faultsOf(id: string, entries: readonly PaymentLedgerEntry[], order: AuditedOrder | undefined): string[] {
  const captures = entries.flatMap(({ effects }) => effects.filter(({ kind }) => kind === 'captured'))
  const takenMinor = entries.reduce((sum, entry) => sum + entry.capturedMinor - entry.refundedMinor, 0)
  const capturedMinor = entries.reduce((sum, entry) => sum + entry.capturedMinor, 0)
  const open = entries.filter(({ state }) => state === 'approved' || state === 'captured')
  if (!order) return takenMinor > 0 ? [`${id}: ${takenMinor} taken for an order that is not there`] : []
  if (captures.length > 1) return [`${id}: captured ${captures.length} times`]
  if (open.length > 1) return [`${id}: ${open.map(({ key, state }) => `${key} ${state}`).join(', ')}`]
  if (capturedMinor > order.totalMinor) return [`${id}: ${capturedMinor} captured, total ${order.totalMinor}`]
  return ended.has(order.status) && takenMinor > 0 ? [`${id}: ${order.status}, but ${takenMinor} taken`] : []
}
