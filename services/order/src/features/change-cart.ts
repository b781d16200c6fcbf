import { errors } from '@toko/contracts'
import type { Cart } from '../domain/cart.ts'
import type { CartStore } from '../store/cart-store.ts'
import { type CartVisitor, openCart } from './cart-access.ts'

const maxTries = 5

/** Applies a change to the cart as it is now; again on the newer one if somebody was faster. */
export async function changeCart(
  carts: CartStore,
  id: string,
  visitor: CartVisitor,
  change: (cart: Cart) => Cart,
): Promise<Cart> {
  for (let tries = 0; tries < maxTries; tries++) {
    const cart = await openCart(carts, id, visitor)
    const written = await carts.write(cart, change(cart))
    if (written) return written
  }
  throw errors.conflict({ detail: 'the cart is being changed; try again', retryAfterSeconds: 1 })
}
