import type { MovedLines } from '@toko/contracts'
import type { OrderReturn, Refund, Shipment } from './acts.ts'
import type { Order } from './order.ts'

export const shipmentsOf = (order: Order): readonly Shipment[] => order.shipments ?? []
export const refundsOf = (order: Order): readonly Refund[] => order.refunds ?? []
export const returnsOf = (order: Order): readonly OrderReturn[] => order.returns ?? []

type Lines = readonly { readonly sku: string; readonly quantity: number }[]

/** Quantity per SKU over many lists of lines. */
export function quantities(...lists: readonly Lines[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of lists.flat()) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return sums
}

/** What of `all` is left when `taken` is gone; SKUs with nothing left are missing. */
function leftOf(all: Lines, taken: readonly Lines[]): MovedLines {
  const gone = quantities(...taken)
  return [...quantities(all)]
    .map(([sku, quantity]) => ({ sku, quantity: quantity - (gone.get(sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0)
}

/** Every line of `wanted` is in `left`, with that quantity or more. */
export function fits(wanted: Lines, left: Lines): boolean {
  if (wanted.length === 0) return true
  const available = quantities(left)
  return [...quantities(wanted)].every(([sku, quantity]) => quantity <= (available.get(sku) ?? 0))
}

const ordered = (order: Order): Lines => order.request
/** Goods that left the stock for certain: only those can come back. */
const gone = (order: Order): Lines =>
  shipmentsOf(order).flatMap(({ state, lines }) => (state === 'consumed' ? lines : []))

export const shippable = (order: Order): MovedLines =>
  leftOf(
    ordered(order),
    shipmentsOf(order).map(({ lines }) => lines),
  )
export const returnable = (order: Order): MovedLines =>
  leftOf(
    shipmentsOf(order).flatMap(({ lines }) => lines),
    returnsOf(order).map(({ lines }) => lines),
  )
export const restockable = (order: Order): MovedLines =>
  leftOf(
    gone(order),
    refundsOf(order).map(({ restock, lines }) => (restock ? (lines ?? []) : [])),
  )
/** Lines that no refund has paid for yet. */
export const refundableLines = (order: Order): MovedLines =>
  leftOf(
    ordered(order),
    refundsOf(order).map(({ lines }) => lines ?? []),
  )

const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0)

export const capturedMinor = (order: Order): number =>
  sum(order.payments.map(({ state, amountMinor }) => (state === 'captured' ? amountMinor : 0)))
/** Paid back for certain. */
export const refundedMinor = (order: Order): number =>
  sum(refundsOf(order).map(({ state, amountMinor }) => (state === 'succeeded' ? amountMinor : 0)))
/** What no refund, done or under way, has claimed yet (M1). */
export const refundableMinor = (order: Order): number =>
  capturedMinor(order) - sum(refundsOf(order).map(({ amountMinor }) => amountMinor))

/** Everything ordered has left and arrived. */
export const isDelivered = (order: Order): boolean =>
  shippable(order).length === 0 && shipmentsOf(order).every(({ delivery }) => delivery !== undefined)
