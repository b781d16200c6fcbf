import type { CreateRefund, MovedLines } from '@toko/contracts'
import type { ShopConnection } from '../../shop/connect.ts'
import type { Act, ActOut, Sender } from './act.ts'
import type { Told } from './attempt.ts'
import type { Customer } from './customers.ts'
import type { Plan } from './plan-journey.ts'

/** What the shop's people do with one order. `what` tells apart several acts of a kind: it is part of the key. */
export interface Staff {
  ship(orderId: string, what: string, lines: MovedLines): Promise<Told>
  deliver(orderId: string, shipmentId: string): Promise<Told>
  refund(orderId: string, what: string, refund: Partial<CreateRefund>): Promise<Told>
}

interface StaffNeeds {
  readonly shop: ShopConnection
  readonly act: ActOut
  readonly run: string
  readonly plan: Plan
  readonly customer: Customer
  readonly sender: Sender
}

export function staff({ shop, act, run, plan, customer, sender }: StaffNeeds): Staff {
  const send = (op: Act['op'], path: string, orderId: string, what: string, body?: object, shipmentId?: string) =>
    act(
      {
        op,
        path,
        params: { id: orderId, ...(shipmentId === undefined ? {} : { shipmentId }) },
        orderId,
        body,
        key: `verify-${run}-${plan.n}-${op}-${what}`,
        journey: plan.journey,
        userId: customer.id,
        authorization: () => shop.asStaff(),
        onRefused: () => {}, // signed in again in time by the connection
      },
      sender,
    )
  return {
    ship: (orderId, what, lines) =>
      send('ship', '/orders/{id}/shipments', orderId, what, { lines, carrier: 'toko verify' }),
    deliver: (orderId, shipmentId) =>
      send('deliver', '/orders/{id}/shipments/{shipmentId}/deliveries', orderId, shipmentId, undefined, shipmentId),
    refund: (orderId, what, refund) =>
      send('refund', '/orders/{id}/refunds', orderId, what, { reason: 'toko verify', ...refund }),
  }
}
