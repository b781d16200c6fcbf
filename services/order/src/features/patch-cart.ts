import { type CartPatch, errors } from '@toko/contracts'
import type { Cart } from '../domain/cart.ts'
import type { CartStore } from '../store/cart-store.ts'
import { type CartVisitor, openCart } from './cart-access.ts'

/** Null removes a member (RFC 7396), an absent one stays. */
function patched(cart: Cart, { address, email }: CartPatch): Cart {
  const { address: oldAddress, email: oldEmail, ...rest } = cart
  const newAddress = address === undefined ? oldAddress : address
  const newEmail = email === undefined ? oldEmail : email
  return { ...rest, ...(newAddress ? { address: newAddress } : {}), ...(newEmail ? { email: newEmail } : {}) }
}

/** @throws precondition-failed when the cart has another revision */
export async function patchCart(
  carts: CartStore,
  id: string,
  visitor: CartVisitor,
  patch: CartPatch,
  revision: number,
): Promise<Cart> {
  const cart = await openCart(carts, id, visitor)
  const written = cart.rev === revision ? await carts.write(cart, patched(cart, patch)) : null
  if (!written) throw errors.preconditionFailed()
  return written
}
