import { createHash } from 'node:crypto'
import type { Quote, QuotedLine, ReservationRequest } from '@toko/contracts'
import { aggregateLines } from '../domain/lines.ts'
import type { Offers } from '../ports.ts'
import type { StockStore } from '../store/stock-store.ts'

/** Prices as they are now, one line per SKU. What can't be sold in this currency is named apart, not an error. */
export async function quoteLines(
  { offers, stock }: { readonly offers: Offers; readonly stock: Pick<StockStore, 'peek'> },
  { currency, lines: asked }: ReservationRequest,
): Promise<Quote> {
  const lines = aggregateLines(asked)
  const skus = lines.map(({ sku }) => sku)
  const [found, peeked] = await Promise.all([offers.find(skus), stock.peek(skus)])
  const quoted = lines.flatMap(({ sku, quantity }): QuotedLine[] => {
    const offer = found.get(sku)
    if (!offer || offer.currency !== currency) return []
    const { unitPriceMinor, productId, title, options, image } = offer
    const available = peeked.get(sku)?.available ?? 0
    return [{ sku, quantity, unitPriceMinor, productId, title, options: { ...options }, image, available }]
  })
  const priced = new Set(quoted.map(({ sku }) => sku))
  const prices = JSON.stringify([currency, quoted.map(({ sku, unitPriceMinor }) => [sku, unitPriceMinor])])
  return {
    currency,
    lines: quoted,
    unavailable: skus.filter((sku) => !priced.has(sku)),
    priceVersion: createHash('sha256').update(prices).digest('base64url').slice(0, 16),
  }
}
