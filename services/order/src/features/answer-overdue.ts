import { happened, orderEvents } from '@toko/contracts'
import { eventData } from '../domain/events-of.ts'
import { hasEnded } from '../domain/status.ts'
import { orderOfMessage } from './find-order.ts'
import type { Protocol } from './protocol.ts'

/** A reservation waits for long: only the order knows whether it is still wanted (R14). Ended → Release again; else → Keep. */
export async function answerOverdue(protocol: Protocol, orderId: string): Promise<void> {
  const { store } = protocol
  const order = await orderOfMessage(protocol, orderId)
  if (!order) return
  const event = hasEnded(order.status)
    ? happened(orderEvents.cancelling, { subject: orderId, version: order.version, data: eventData(order) })
    : happened(orderEvents.reservationKept, { subject: orderId, data: { orderId } })
  const written = await store.write({ from: order, to: order, events: [event] })
  if (written) store.publish(written)
}
