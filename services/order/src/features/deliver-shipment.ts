import { shipmentsOf } from '../domain/ledgers.ts'
import { asStaff } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { deliver } from '../domain/ship.ts'
import { actOn } from './act-on-order.ts'
import { decision, type Protocol } from './protocol.ts'

/** @throws not-found for a shipment of another order, illegal-transition before it left the stock and when it has arrived */
export function deliverShipment(protocol: Protocol, order: Order, shipmentId: string, key: string): Promise<Order> {
  return actOn(protocol, order, {
    viewer: asStaff,
    isDone: (current) => shipmentsOf(current).some(({ id, delivery }) => id === shipmentId && delivery?.key === key),
    decide: (current) => deliver(current, shipmentId, key, decision(protocol)),
  })
}
