import type { CreateRefund } from '@toko/contracts'
import { refundsOf } from '../domain/ledgers.ts'
import { asStaff } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { refund } from '../domain/refund.ts'
import { actOn, hasAct } from './act-on-order.ts'
import { decision, type Protocol } from './protocol.ts'
import { hashOf } from './request-hash.ts'

interface RefundRequest {
  /** Of the refund to be: its key at the provider and in the stock. */
  readonly id: string
  readonly key: string
  readonly body: CreateRefund
}

/** @throws illegal-transition, conflict beyond what is left of money or lines, idempotency-key-reused */
export function refundOrder(protocol: Protocol, order: Order, { id, key, body }: RefundRequest): Promise<Order> {
  const wanted = { id, key, bodyHash: hashOf(body), ...body }
  return actOn(protocol, order, {
    viewer: asStaff,
    isDone: (current) => hasAct(refundsOf(current), wanted),
    decide: (current) => refund(current, wanted, decision(protocol)),
  })
}
