import type { Cart } from '../domain/cart.ts'

/** Carts. Every write is one document with its revision as the precondition. Adapter: mongo-cart-store.ts. */
export interface CartStore {
  insert(cart: Cart): Promise<void>
  get(id: string): Promise<Cart | null>
  /** Writes what differs between the two if the cart is still open and at that revision; null when somebody was faster. */
  write(from: Cart, to: Cart): Promise<Cart | null>
  /** Ties an open cart to the order that was made of it. Repeating it changes nothing. */
  markOrdered(id: string, orderId: string): Promise<void>
}
