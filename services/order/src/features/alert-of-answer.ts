import type { Reservation } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import type { Protocol } from './protocol.ts'

/** Answers that contradict the order: nothing moves, and a person must look. */
export function alertOfAnswer({ alerts }: Protocol, order: Order, { status }: Pick<Reservation, 'status'>): void {
  if (order.status === 'authorised' && status === 'released') alerts.raise('not-allocated', order._id)
  if (order.status === 'freeing' && status !== 'released') alerts.raise('not-freed', order._id)
}
