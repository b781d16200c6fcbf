import type { CreateReturn } from '@toko/contracts'
import { returnsOf } from '../domain/ledgers.ts'
import { asOwner } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import { openReturn } from '../domain/return.ts'
import { actOn, hasAct } from './act-on-order.ts'
import { decision, type Protocol } from './protocol.ts'
import { hashOf } from './request-hash.ts'

interface ReturnRequest {
  readonly id: string
  readonly key: string
  readonly body: CreateReturn
}

/** @throws illegal-transition, conflict beyond what was shipped or after the time for returns, idempotency-key-reused */
export function returnOrder(protocol: Protocol, order: Order, { id, key, body }: ReturnRequest): Promise<Order> {
  const wanted = { id, key, bodyHash: hashOf(body), ...body }
  return actOn(protocol, order, {
    viewer: asOwner,
    isDone: (current) => hasAct(returnsOf(current), wanted),
    decide: (current) => openReturn(current, wanted, decision(protocol)),
  })
}
