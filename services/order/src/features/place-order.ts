import { errors, type PlaceOrder, ProblemError } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import { place } from '../domain/place.ts'
import type { CartStore } from '../store/cart-store.ts'
import { decision, type Protocol } from './protocol.ts'
import { hashOf } from './request-hash.ts'

interface PlaceOrderDeps {
  readonly protocol: Protocol
  readonly carts: CartStore
  /** New order id, made before the insert (R1). */
  readonly newId: () => string
  readonly newNumber: () => string
  readonly countUnpaid: (userId: string) => Promise<number>
  readonly maxUnpaidPerUser: number
}

interface PlaceOrderRequest {
  readonly userId: string
  readonly idemKey: string
  readonly body: PlaceOrder
}

/**
 * Makes the order durable and nothing more (step 1); the same key and body give the same order for ever (step 1a).
 * @throws idempotency-key-reused, not-found, conflict, limit-reached
 */
export function makePlaceOrder(deps: PlaceOrderDeps) {
  const { protocol, carts } = deps

  async function replay(userId: string, idemKey: string, bodyHash: string): Promise<Order | null> {
    const existing = await protocol.store.replay(userId, idemKey)
    if (existing && existing.bodyHash !== bodyHash) throw errors.idempotencyKeyReused()
    return existing
  }

  async function placeNew({ userId, idemKey, body }: PlaceOrderRequest, bodyHash: string): Promise<Order> {
    const cart = await carts.get(body.cartId)
    if (cart?.ownerId !== userId) throw errors.notFound()
    if (cart.status === 'ordered') throw cartIsOrdered(cart.orderId)
    if (cart.status !== 'open') throw errors.conflict({ detail: 'the cart was merged into another one' })
    if (cart.lines.length === 0) throw errors.conflict({ detail: 'the cart is empty' })
    if (cart.currency !== body.expectedTotal.currency)
      throw errors.conflict({ detail: `the cart is in ${cart.currency}` })
    if ((await deps.countUnpaid(userId)) >= deps.maxUnpaidPerUser)
      throw errors.limitReached({ detail: `at most ${deps.maxUnpaidPerUser} orders may be unpaid at once` })

    const { to, events } = place(
      {
        id: deps.newId(),
        number: deps.newNumber(),
        userId,
        idemKey,
        bodyHash,
        cartId: cart._id,
        currency: cart.currency,
        lines: cart.lines.map(({ sku, quantity }) => ({ sku, quantity })),
        expectedTotalMinor: body.expectedTotal.amount,
        method: body.paymentMethod,
        address: cart.address,
      },
      decision(protocol),
    )
    const inserted = await protocol.store.insert(to, events)
    if (inserted === 'cart') throw cartIsOrdered()
    // A key that is taken is found by the caller; a number that is taken is one in 10^15: the client's retry draws another.
    if (typeof inserted === 'string') throw errors.dependencyUnavailable({ retryAfterSeconds: 1 })
    await carts.markOrdered(cart._id, to._id)
    return inserted
  }

  return async function placeOrder(request: PlaceOrderRequest): Promise<Order> {
    const { userId, idemKey, body } = request
    const bodyHash = hashOf(body)
    const known = await replay(userId, idemKey, bodyHash)
    if (known) return known
    try {
      return await placeNew(request, bodyHash)
    } catch (refusal) {
      // What stands in the way may be the order of an equal request that was faster: its key, its cart, its place in the limit.
      const twin = refusal instanceof ProblemError ? await replay(userId, idemKey, bodyHash) : null
      if (twin) return twin
      throw refusal
    }
  }
}

const cartIsOrdered = (orderId?: string) =>
  errors.conflict({ detail: 'the cart has been ordered already', ...(orderId ? { extensions: { orderId } } : {}) })
