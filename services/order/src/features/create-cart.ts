import type { Currency } from '@toko/contracts'
import type { Clock } from '@toko/runtime'
import type { Cart } from '../domain/cart.ts'
import type { CartStore } from '../store/cart-store.ts'
import { type CartVisitor, newCartToken, ownCart } from './cart-access.ts'

interface CreateCartDeps {
  readonly carts: CartStore
  readonly clock: Clock
  readonly newId: () => string
}

interface NewCartRequest {
  readonly currency: Currency
  readonly copyOf?: string | undefined
}

/** An empty cart, or one with the lines of another cart of theirs. A guest gets the token that opens it. */
export function makeCreateCart({ carts, clock, newId }: CreateCartDeps) {
  return async function createCart(
    { currency, copyOf }: NewCartRequest,
    visitor: CartVisitor,
  ): Promise<{ cart: Cart; cartToken?: string }> {
    const source = copyOf === undefined ? undefined : await ownCart(carts, copyOf, visitor)
    const now = new Date(clock.now())
    const base = {
      _id: newId(),
      rev: 1,
      createdAt: now,
      updatedAt: now,
      status: 'open' as const,
      currency: source?.currency ?? currency,
      lines: source?.lines ?? [],
      ...(source?.address ? { address: source.address } : {}),
    }
    if (visitor.userId !== undefined) {
      const cart: Cart = { ...base, ownerId: visitor.userId }
      await carts.insert(cart)
      return { cart }
    }
    const { token, tokenHash } = newCartToken()
    const cart: Cart = { ...base, tokenHash }
    await carts.insert(cart)
    return { cart, cartToken: token }
  }
}
