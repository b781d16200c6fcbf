import { type CartWarning, type Cart as CartView, ProblemError } from '@toko/contracts'
import type { Cart } from '../domain/cart.ts'
import type { Pricing, QuotedLine } from '../ports.ts'

/** The quotes by SKU, or undefined while the product service can't be asked. */
async function quotesOf(cart: Cart, pricing: Pricing): Promise<Map<string, QuotedLine> | undefined> {
  if (cart.lines.length === 0) return new Map()
  try {
    return new Map((await pricing.quote(cart.lines, cart.currency)).map((quote) => [quote.sku, quote]))
  } catch (error) {
    if (error instanceof ProblemError && error.status === 503) return undefined
    throw error
  }
}

function warningsOf(cart: Cart, quotes: Map<string, QuotedLine> | undefined): CartWarning[] {
  if (!quotes) return [{ code: 'prices-unknown' }]
  return cart.lines.flatMap(({ sku, addedPriceMinor }): CartWarning[] => {
    const quote = quotes.get(sku)
    if (!quote) return [{ sku, code: 'unavailable' }]
    return [
      ...(quote.unitPriceMinor === addedPriceMinor ? [] : [{ sku, code: 'price-changed' as const }]),
      ...(quote.isLow ? [{ sku, code: 'low-stock' as const }] : []),
    ]
  })
}

/** The cart with today's prices. Without the product service it shows its lines and says that prices are unknown. */
export async function viewCart(cart: Cart, pricing: Pricing): Promise<CartView> {
  const quotes = await quotesOf(cart, pricing)
  const money = (amount: number) => ({ amount, currency: cart.currency })
  const lines = cart.lines.map(({ sku, quantity, title }) => {
    const quote = quotes?.get(sku)
    return {
      sku,
      quantity,
      title: quote?.title ?? (title || null),
      unitPrice: quote ? money(quote.unitPriceMinor) : null,
      lineTotal: quote ? money(quote.unitPriceMinor * quantity) : null,
    }
  })
  const isPriced = lines.every((line) => line.lineTotal !== null)
  return {
    id: cart._id,
    owner: cart.ownerId === undefined ? 'guest' : 'user',
    status: cart.status,
    ...(cart.orderId ? { orderId: cart.orderId } : {}),
    currency: cart.currency,
    lines,
    total: isPriced ? money(lines.reduce((sum, line) => sum + (line.lineTotal?.amount ?? 0), 0)) : null,
    warnings: warningsOf(cart, quotes),
    ...(cart.address ? { address: cart.address } : {}),
    ...(cart.email ? { email: cart.email } : {}),
    createdAt: cart.createdAt.toISOString(),
    updatedAt: cart.updatedAt.toISOString(),
  }
}
