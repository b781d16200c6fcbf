import type { Order } from '../domain/order.ts'
import { isParkedProblem } from '../store/sound-order-store.ts'
import type { Protocol } from './protocol.ts'

/** The order a message speaks of. Null, with an alert, when there is none, and when it is held back: then nothing is done. */
export async function orderOfMessage({ store, alerts }: Protocol, orderId: string): Promise<Order | null> {
  const order = await store.get(orderId).catch((error: unknown) => {
    if (isParkedProblem(error)) return 'parked' as const
    throw error
  })
  if (order === 'parked') return null
  if (!order) alerts.raise('unknown-order', orderId)
  return order
}
