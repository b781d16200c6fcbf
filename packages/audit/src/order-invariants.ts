import type { AuditedOrder, AuditedReservation, PaymentLedgerEntry } from '@toko/contracts'
import { type Index, isPromised, isStanding } from './books.ts'
import { check, type Finding } from './finding.ts'

const byKey = ({ userId, idempotencyKeyHash }: AuditedOrder) => `${userId} ${idempotencyKeyHash}`

/** I3: one order per key and one per cart. */
export function oneOrderPerKey({ orders }: Index): Finding {
  const keys = Map.groupBy(orders, byKey)
  const carts = Map.groupBy(orders, ({ cartId }) => cartId)
  const groups = [...keys.values(), ...carts.values()]
  const finding = check('I3', 'one order per user and key, one per cart', groups, (group) =>
    group.length === 1
      ? []
      : group.map(({ id, cartId }) => `${id}: shares its key or its cart ${cartId}, as ${group.length} orders do`),
  )
  return { ...finding, checked: orders.length }
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
  const beyond = orders.filter((order) => (order.status === 'authorised' || isStanding(order)) && isSteady(order))
  return check('I6', 'authorised or beyond ⇒ approved by the provider, stock held', beyond, ({ id, status }) => {
    const approved = (paymentsOf.get(id) ?? []).some(({ state }) => state === 'approved' || state === 'captured')
    const reservation = reservationOf.get(id)
    const isKept = reservation !== undefined && (reservation.status === 'held' || isPromised(reservation))
    return [
      !approved && `${id}: ${status}, but the provider approved nothing`,
      !isKept && `${id}: ${status}, reservation ${reservation?.status ?? 'missing'}`,
    ]
  })
}

const has = (order: AuditedOrder, status: string) => order.history.some((step) => step.status === status)

function unknownToItsOrder({ id, status, reason, ...moves }: AuditedReservation, order: AuditedOrder | undefined) {
  if (!order) return [`${id}: reserved, but there is no such order`]
  const shipments = new Set(order.shipments.map((shipment) => shipment.id))
  const restocked = new Set(order.refunds.filter(({ restock }) => restock).map((refund) => refund.id))
  return [
    isPromised({ id, status, ...moves }) && !has(order, 'authorised') && `${id}: ${status}, but was never authorised`,
    reason === 'order-freed' && !has(order, 'freeing') && `${id}: its allocation was freed, but it was never cancelled`,
    ...moves.consumptions.map((each) => !shipments.has(each.id) && `${id}: consumed ${each.id}, no shipment of it`),
    ...moves.restocks.map((each) => !restocked.has(each.id) && `${id}: restocked ${each.id}, no refund of it`),
  ]
}

function unaskedFor({ key, orderId, effects }: PaymentLedgerEntry, order: AuditedOrder | undefined) {
  const refunds = new Set(order?.refunds.map(({ id }) => id))
  return [
    !order?.payments.some((attempt) => attempt.key === key) && `${key}: known to the provider, no order has it`,
    ...effects.map(
      ({ refundKey }) =>
        refundKey !== undefined && !refunds.has(refundKey) && `${key}: refund ${refundKey}, ${orderId} has none such`,
    ),
  ]
}

/** I7: whatever left the order service speaks of a committed state. */
export function eventsWereCommitted({ orders, reservations, payments, orderOf }: Index): Finding {
  const traces = [
    ...orders.flatMap(({ id, version, outbox }) =>
      outbox.map((event) => (event.version ?? 0) > version && `${id}: ${event.type} of version ${event.version}`),
    ),
    ...reservations.flatMap((reservation) => unknownToItsOrder(reservation, orderOf.get(reservation.id))),
    ...payments.flatMap((payment) => unaskedFor(payment, orderOf.get(payment.orderId))),
  ]
  const finding = check('I7', 'no command or call without its committed order state', traces, (fault) => [fault])
  return { ...finding, checked: orders.length + reservations.length + payments.length }
}

/** I11, as far as the services know: whoever repeats a key gets the one order of it. */
export function keysTellTheOutcome({ orders }: Index): Finding {
  const groups = Map.groupBy(orders, byKey)
  const replayed = orders.filter(({ replays }) => replays > 0)
  const finding = check('I11', 'a repeated key leads to one order', replayed, (order) => {
    const count = groups.get(byKey(order))?.length ?? 0
    return [count !== 1 && `${order.id}: repeated ${order.replays} times, ${count} orders`]
  })
  return { ...finding, note: "what clients saw is not visible here; the acceptance suite's history checks it" }
}
