import type { Reservation } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import type { Protocol } from './protocol.ts'

/** An answer that contradicts the order, whenever it comes: nothing moves, and a person must look. */
export function alertOfAnswer({ alerts }: Protocol, order: Order, { status }: Pick<Reservation, 'status'>): void {
  if (order.status === 'authorised' && status === 'released') alerts.raise('not-allocated', order._id)
}

/** Only the answer to our own call of `free` contradicts: a message may be an old one, of a time when it was allocated. */
export function alertOfFreed({ alerts }: Protocol, order: Order, answer: Reservation | undefined): void {
  if (answer && answer.status !== 'released') alerts.raise('not-freed', order._id)
}
