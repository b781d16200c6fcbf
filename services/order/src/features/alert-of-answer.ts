import type { Reservation } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import type { Protocol } from './protocol.ts'

type Told = Pick<Reservation, 'status'> & Partial<Pick<Reservation, 'reason'>>

/**
 * An answer that contradicts the order, whenever it comes: nothing moves, and a person must look. What was freed had been
 * allocated: then the one who asks has slept while the order was confirmed and cancelled.
 */
export function alertOfAnswer({ alerts }: Protocol, order: Order, { status, reason }: Told): void {
  if (order.status === 'authorised' && status === 'released' && reason !== 'order-freed')
    alerts.raise('not-allocated', order._id)
}

/** Only the answer to our own call of `free` contradicts: a message may be an old one, of a time when it was allocated. */
export function alertOfFreed({ alerts }: Protocol, order: Order, answer: Reservation | undefined): void {
  if (answer && answer.status !== 'released') alerts.raise('not-freed', order._id)
}
