import type { AuditedOrder } from '@toko/contracts'
import { type Index, isKept } from './books.ts'
import { check, type Finding } from './finding.ts'

/** The picture of order-protocol.md, written down apart from the code that it checks. */
const next: Readonly<Record<string, readonly string[]>> = {
  pending: ['reserved', 'rejected', 'cancelling'],
  reserved: ['paying', 'cancelling'],
  paying: ['authorised', 'reserved', 'cancelling', 'voiding'],
  voiding: ['cancelling'],
  authorised: ['confirmed'],
  cancelling: ['cancelled', 'expired', 'rejected'],
}

/** I3: one order per key and one per cart. */
export function oneOrderPerKey({ orders }: Index): Finding {
  const byKey = Map.groupBy(orders, ({ userId, idempotencyKeyHash }) => `${userId} ${idempotencyKeyHash}`)
  const byCart = Map.groupBy(orders, ({ cartId }) => cartId)
  const groups = [...byKey.values(), ...byCart.values()]
  const finding = check('I3', 'one order per user and key, one per cart', groups, (group) => [
    group.length > 1 && `${group.map(({ id }) => id).join(', ')} share a key or the cart ${group[0]!.cartId}`,
  ])
  return { ...finding, checked: orders.length }
}

/** I4: the history is a path of the picture, version by version, and ends where the order is. */
export function historyIsAPath({ orders }: Index): Finding {
  return check('I4', 'history is a path, version +1 each, final stays final', orders, ({ id, history, ...order }) => [
    (history[0]?.status !== 'pending' || history[0].version !== 1) && `${id}: does not begin as pending, version 1`,
    ...history.slice(1).map((step, index) => {
      const from = history[index]!
      if (step.version !== from.version + 1) return `${id}: version ${step.version} follows ${from.version}`
      if (!next[from.status]?.includes(step.status)) return `${id}: ${from.status} → ${step.status}`
      return false
    }),
    history.at(-1)?.status !== order.status &&
      `${id}: ${order.status}, but its history ends as ${history.at(-1)?.status}`,
    history.at(-1)?.version !== order.version &&
      `${id}: version ${order.version}, its history ${history.at(-1)?.version}`,
  ])
}

/** I5: never two authorisations that count, as the provider sees it. */
export function oneAuthorisation({ paymentsOf }: Index): Finding {
  return check(
    'I5',
    'at most one authorisation per order that is not voided',
    [...paymentsOf],
    ([orderId, payments]) => {
      const open = payments.filter(({ state }) => state === 'approved' || state === 'captured')
      return [open.length > 1 && `${orderId}: ${open.map(({ key, state }) => `${key} ${state}`).join(', ')}`]
    },
  )
}

/** I6: an order goes past the pivot only with its money and its stock. */
export function pivotIsCovered({ orders, paymentsOf, reservationOf, isSteady }: Index): Finding {
  const isBeyond = ({ status }: AuditedOrder) => status === 'authorised' || status === 'confirmed'
  const beyond = orders.filter((order) => isBeyond(order) && isSteady(order))
  return check('I6', 'authorised or confirmed ⇒ approved by the provider, stock held', beyond, ({ id, status }) => {
    const approved = (paymentsOf.get(id) ?? []).some(({ state }) => state === 'approved' || state === 'captured')
    const reservation = reservationOf.get(id)
    return [
      !approved && `${id}: ${status}, but the provider approved nothing`,
      !isKept(reservation) && `${id}: ${status}, reservation ${reservation?.status ?? 'missing'}`,
    ]
  })
}

/** I7: whatever left the order service speaks of a committed state. */
export function eventsWereCommitted({ orders, reservations, payments, orderOf }: Index): Finding {
  const traces = [
    ...orders.flatMap(({ id, version, outbox }) =>
      outbox.map((event) => (event.version ?? 0) > version && `${id}: ${event.type} of version ${event.version}`),
    ),
    ...reservations.map(({ id, status }) => {
      const order = orderOf.get(id)
      if (!order) return `${id}: reserved, but there is no such order`
      const isAllocated = status === 'allocated' || status === 'consumed'
      const wasAuthorised = order.history.some((step) => step.status === 'authorised')
      return isAllocated && !wasAuthorised && `${id}: allocated, but was never authorised`
    }),
    ...payments.map(
      ({ key, orderId }) =>
        !orderOf.get(orderId)?.payments.some((attempt) => attempt.key === key) &&
        `${key}: known to the provider, but no order has that attempt`,
    ),
  ]
  return check('I7', 'no command or call without its committed order state', traces, (fault) => [fault])
}
