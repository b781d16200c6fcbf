import type { Currency } from '@toko/contracts'
import type { Order, OrderAddress } from './order.ts'
import { eventsOf } from './events-of.ts'
import type { Decision, Transition } from './transition.ts'

export interface Placement {
  readonly id: string
  readonly number: string
  readonly userId: string
  readonly idemKey: string
  readonly bodyHash: string
  readonly cartId: string
  readonly currency: Currency
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly expectedTotalMinor: number
  readonly method?: string | undefined
  readonly address?: OrderAddress | undefined
}

/** A new order with its Reserve command (step 1). */
export function place(placement: Placement, { nowMs, limits }: Decision): Pick<Transition, 'to' | 'events'> {
  const { id, lines, method, address, ...rest } = placement
  const to: Order = {
    ...rest,
    _id: id,
    rev: 1,
    createdAt: new Date(nowMs),
    updatedAt: new Date(nowMs),
    request: lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1)),
    lines: [],
    totalMinor: 0,
    status: 'pending',
    version: 1,
    history: [{ version: 1, status: 'pending', at: nowMs }],
    payments: [],
    attempts: 0,
    dueAt: nowMs + limits.firstSweepMs,
    ...(method === undefined ? {} : { nextMethod: { method } }),
    ...(address === undefined ? {} : { address }),
  }
  return { to, events: eventsOf(to) }
}
