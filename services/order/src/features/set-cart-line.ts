import { errors } from '@toko/contracts'
import { type Cart, maxCartLines, withLine } from '../domain/cart.ts'
import type { Pricing } from '../ports.ts'
import type { CartStore } from '../store/cart-store.ts'
import { type CartVisitor, openCart } from './cart-access.ts'
import { changeCart } from './change-cart.ts'

/** Sets the quantity of one SKU. @throws conflict for a SKU that can't be bought, limit-reached, dependency-unavailable */
export function makeSetCartLine(carts: CartStore, pricing: Pricing) {
  return async function setCartLine(id: string, visitor: CartVisitor, sku: string, quantity: number): Promise<Cart> {
    const { currency } = await openCart(carts, id, visitor)
    let line = { sku, quantity, addedPriceMinor: 0, title: '' }
    if (quantity > 0) {
      const [quote] = await pricing.quote([{ sku, quantity }], currency)
      if (!quote) throw errors.conflict({ detail: `${sku} can't be bought` })
      line = { sku, quantity, addedPriceMinor: quote.unitPriceMinor, title: quote.title }
    }
    return changeCart(carts, id, visitor, (cart) => {
      const lines = withLine(cart.lines, line)
      if (!lines) throw errors.limitReached({ detail: `at most ${maxCartLines} lines` })
      return { ...cart, lines }
    })
  }
}
