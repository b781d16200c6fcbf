import { errors } from '@toko/contracts'
import { type Cart, mergedLines } from '../domain/cart.ts'
import type { CartStore } from '../store/cart-store.ts'
import { ownCart } from './cart-access.ts'
import { changeCart } from './change-cart.ts'

interface MergeRequest {
  readonly fromCartId: string
  readonly fromCartToken?: string | undefined
}

/**
 * At login: a guest's lines go into the user's cart, then the guest's cart is closed. Repeating it after a crash in between
 * changes nothing, because the larger quantity wins.
 */
export async function mergeCarts(carts: CartStore, id: string, userId: string, request: MergeRequest): Promise<Cart> {
  if (request.fromCartId === id) throw errors.conflict({ detail: 'a cart cannot be merged into itself' })
  const from = await ownCart(carts, request.fromCartId, { userId, cartToken: request.fromCartToken })
  if (from.status === 'ordered') throw errors.conflict({ detail: 'the cart has been ordered already' })
  const merged = await changeCart(carts, id, { userId }, (cart) => {
    if (cart.currency !== from.currency) throw errors.conflict({ detail: 'the carts have different currencies' })
    return { ...cart, lines: mergedLines(cart.lines, from.lines) }
  })
  if (from.status === 'open') await carts.write(from, { ...from, status: 'merged' })
  return merged
}
