import type { CreateShipment } from '@toko/contracts'
import { shipmentsOf } from '../domain/ledgers.ts'
import { asStaff } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { ship } from '../domain/ship.ts'
import { actOn, hasAct } from './act-on-order.ts'
import { decision, type Protocol } from './protocol.ts'
import { hashOf } from './request-hash.ts'

interface ShipRequest {
  /** Of the shipment to be, made before it is written (R1). */
  readonly id: string
  readonly key: string
  readonly body: CreateShipment
}

/** @throws illegal-transition, conflict beyond what is left to ship, idempotency-key-reused */
export function shipOrder(protocol: Protocol, order: Order, { id, key, body }: ShipRequest): Promise<Order> {
  const bodyHash = hashOf(body)
  const { lines, carrier, tracking } = body
  const shipment = { id, key, bodyHash, lines, carrier, ...(tracking === undefined ? {} : { tracking }) }
  return actOn(protocol, order, {
    viewer: asStaff,
    isDone: (current) => hasAct(shipmentsOf(current), shipment),
    decide: (current) => ship(current, shipment, decision(protocol)),
  })
}
