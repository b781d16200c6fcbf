import type { Shipment } from './acts.ts'
import { fits, isDelivered, shipmentsOf, shippable } from './ledgers.ts'
import { lastPayment, type Order } from './order.ts'
import { mostActs, type Refusal, refuse } from './refusal.ts'
import { type Decision, moveTo, type Transition } from './transition.ts'

/** Nothing is shipped before it is paid, so a shipped order needs no void. */
export const isShippable = (order: Order): boolean =>
  ['confirmed', 'shipped'].includes(order.status) && lastPayment(order)?.state === 'captured'

export type NewShipment = Omit<Shipment, 'state' | 'delivery' | 'at'>

/** confirmed, shipped → shipped: never more of a SKU than was ordered, over all shipments. */
export function ship(order: Order, shipment: NewShipment, decision: Decision): Transition | Refusal {
  if (!isShippable(order)) return refuse('not-now')
  const left = shippable(order)
  if (!fits(shipment.lines, left)) return refuse('over-ship', { lines: left })
  if (shipmentsOf(order).length >= mostActs) return refuse('too-many')
  const shipments = [...shipmentsOf(order), { ...shipment, state: 'requested' as const, at: decision.nowMs }]
  return moveTo(order, 'shipped', decision, { shipments }, 'shipment')
}

/** A shipment that has left the stock arrives, once; the last of all that was ordered completes the order. */
export function deliver(order: Order, shipmentId: string, key: string, decision: Decision): Transition | Refusal {
  const shipment = shipmentsOf(order).find(({ id }) => id === shipmentId)
  if (!shipment) return refuse('unknown-shipment')
  if (order.status !== 'shipped' || shipment.state !== 'consumed' || shipment.delivery) return refuse('not-now')
  const delivered = { ...shipment, delivery: { key, at: decision.nowMs } }
  const shipments = shipmentsOf(order).map((each) => (each === shipment ? delivered : each))
  const status = isDelivered({ ...order, shipments }) ? 'completed' : 'shipped'
  return moveTo(order, status, decision, { shipments }, 'delivery')
}
