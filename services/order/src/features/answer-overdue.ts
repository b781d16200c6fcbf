import { happened, orderEvents } from '@toko/contracts'
import { isFinal } from '../domain/status.ts'
import { eventData } from '../domain/transition.ts'
import type { Protocol } from './protocol.ts'

/** A reservation waits for long: only the order knows whether it is still wanted (R14). Ended → Release again; else → Keep. */
export async function answerOverdue({ store, alerts }: Protocol, orderId: string): Promise<void> {
  const order = await store.get(orderId)
  if (!order) return alerts.raise('unknown-order', orderId)
  const isEnded = isFinal(order.status) && order.status !== 'confirmed'
  const event = isEnded
    ? happened(orderEvents.cancelling, { subject: orderId, version: order.version, data: eventData(order) })
    : happened(orderEvents.reservationKept, { subject: orderId, data: { orderId } })
  const written = await store.write({ from: order, to: order, events: [event] })
  if (written) store.publish(written)
}
