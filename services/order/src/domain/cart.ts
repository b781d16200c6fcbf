import type { Currency } from '@toko/contracts'
import type { OrderAddress } from './order.ts'

export const maxCartLines = 100

export interface CartLine {
  readonly sku: string
  readonly quantity: number
  /** Price when the line was last set: a different one today is worth a warning. */
  readonly addedPriceMinor: number
  readonly title: string
}

export interface Cart {
  readonly _id: string
  readonly rev: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Absent for a guest's cart. */
  readonly ownerId?: string
  /** SHA-256 of the guest's token. */
  readonly tokenHash?: string
  readonly status: 'open' | 'ordered' | 'merged'
  readonly currency: Currency
  readonly lines: readonly CartLine[]
  readonly orderId?: string
  readonly address?: OrderAddress
  readonly email?: string
}

/** The lines with one SKU set to an absolute quantity; 0 removes it. Null when there are too many lines. */
export function withLine(lines: readonly CartLine[], line: CartLine): readonly CartLine[] | null {
  const others = lines.filter(({ sku }) => sku !== line.sku)
  if (line.quantity === 0) return others
  if (others.length === lines.length) return others.length < maxCartLines ? [...lines, line] : null
  return lines.map((each) => (each.sku === line.sku ? line : each))
}

/** The lines of both carts; the larger quantity wins, so that merging again changes nothing. */
export function mergedLines(into: readonly CartLine[], from: readonly CartLine[]): readonly CartLine[] {
  const bySku = new Map(into.map((line) => [line.sku, line]))
  for (const line of from) {
    const known = bySku.get(line.sku)
    if (!known || known.quantity < line.quantity) bySku.set(line.sku, line)
  }
  return [...bySku.values()].slice(0, maxCartLines)
}
