import { type Broken, lines, refunds, shipments } from './rules.ts'
import type { Sku } from './state.ts'

/** Writes of one stock document: the document afterwards, or null when the filter matched nothing. */
export type Write = (sku: Sku, index: number, broken: Broken) => Sku | null

export const hold: Write = (sku, index) => {
  const quantity = lines[index]!
  if (sku.available < quantity || sku.entry !== '-') return null
  return { ...sku, available: sku.available - quantity, reserved: sku.reserved + quantity, entry: 'A', rest: quantity }
}

export const free: Write = (sku, _, broken) => {
  if (sku.entry !== 'A') return null
  const { available, reserved, rest } = sku
  const entry = broken.has('naiveEntries') ? '-' : 'R'
  return { ...sku, available: available + rest, reserved: reserved - rest, entry, rest: 0 }
}

export const tombstone: Write = (sku, _, broken) => {
  if (sku.entry !== '-' || broken.has('naiveEntries') || broken.has('noTombstone')) return null
  return { ...sku, entry: 'R' }
}

export const consume =
  (shipment: number): Write =>
  (sku, index, broken) => {
    const quantity = shipments[shipment]![index]!
    const isKnown = (sku.shipped & (1 << shipment)) !== 0 && !broken.has('consumesTwice')
    if (quantity === 0 || sku.entry !== 'A' || isKnown || sku.rest < quantity) return null
    const rest = sku.rest - quantity
    return {
      ...sku,
      onHand: sku.onHand - quantity,
      reserved: sku.reserved - quantity,
      rest,
      entry: rest > 0 ? 'A' : broken.has('naiveEntries') ? '-' : 'C',
      shipped: sku.shipped | (1 << shipment),
      left: sku.left + quantity,
    }
  }

export const restock =
  (refund: number): Write =>
  (sku, index, broken) => {
    const quantity = refunds[refund]![index]!
    const isKnown = (sku.restocked & (1 << refund)) !== 0 && !broken.has('restocksTwice')
    if (quantity === 0 || isKnown) return null
    return {
      ...sku,
      onHand: sku.onHand + quantity,
      available: sku.available + quantity,
      restocked: sku.restocked | (1 << refund),
      back: sku.back + quantity,
    }
  }
