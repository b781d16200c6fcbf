import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { errors } from '@toko/contracts'
import type { Cart } from '../domain/cart.ts'
import type { CartStore } from '../store/cart-store.ts'

/** Who asks: a signed-in user, or somebody who holds the cart's token. */
export interface CartVisitor {
  readonly userId?: string | undefined
  readonly cartToken?: string | undefined
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')

/** A new guest token (128 bit) and the hash that is kept of it. */
export function newCartToken(): { token: string; tokenHash: string } {
  const token = randomBytes(16).toString('base64url')
  return { token, tokenHash: hashOf(token) }
}

function isTheirs(cart: Cart, { userId, cartToken }: CartVisitor): boolean {
  if (cart.ownerId !== undefined) return cart.ownerId === userId
  if (cart.tokenHash === undefined || cartToken === undefined) return false
  return timingSafeEqual(Buffer.from(cart.tokenHash), Buffer.from(hashOf(cartToken)))
}

/** The visitor's own cart. @throws not-found, also for somebody else's: the answer must not tell that it exists */
export async function ownCart(carts: CartStore, id: string, visitor: CartVisitor): Promise<Cart> {
  const cart = await carts.get(id)
  if (!cart || !isTheirs(cart, visitor)) throw errors.notFound()
  return cart
}

/** The same, and it can still be changed. @throws not-found, conflict */
export async function openCart(carts: CartStore, id: string, visitor: CartVisitor): Promise<Cart> {
  const cart = await ownCart(carts, id, visitor)
  if (cart.status !== 'open') throw errors.conflict({ detail: `the cart is ${cart.status}` })
  return cart
}
