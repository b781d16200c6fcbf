import type { AuditedOrder } from '@toko/contracts'
import { changedMs, type Index, isFinal, isPromised, isStanding } from './books.ts'
import { check, type Finding, withNote } from './finding.ts'

const isMoving = (order: AuditedOrder, { nowMs, settledAfterMs }: Index) => nowMs - changedMs(order) < settledAfterMs
/** Reserved and nobody is paying: its customer has time, its hold has a limit of its own. */
const waitsForCustomer = ({ status, payments, dueAt }: AuditedOrder, { nowMs, settledAfterMs }: Index) =>
  status === 'reserved' &&
  !payments.some(({ state }) => state === 'requested' || state === 'unknown') &&
  dueAt !== null &&
  Date.parse(dueAt) > nowMs - settledAfterMs

/** What a neighbour has not done yet for an order that is final: shipments, refunds and restocks by id. */
const waitingFor = ({ shipments, refunds }: AuditedOrder) => [
  ...shipments.filter(({ state }) => state === 'requested').map(({ id }) => `shipment ${id}`),
  ...refunds.filter(({ state }) => state === 'requested').map(({ id }) => `refund ${id}`),
  ...refunds.filter(({ restock }) => restock === 'requested').map(({ id }) => `restock ${id}`),
]

/** I8: no order is stuck, and neither is anything that was decided about one. */
export function ordersAreFinal(books: Index): Finding {
  const { orders, nowMs } = books
  const waiting = new Set(orders.filter((order) => waitsForCustomer(order, books)))
  const moving = orders.filter((order) => (!isFinal(order) || waitingFor(order).length > 0) && isMoving(order, books))
  const finding = check('I8', 'every order is final, nothing decided is left undone', orders, (order) => {
    if (order.parked !== undefined) return [`${order.id}: held back until a person has looked: ${order.parked}`]
    if (isMoving(order, books)) return []
    const sinceS = Math.round((nowMs - changedMs(order)) / 1000)
    return [
      !isFinal(order) && !waiting.has(order) && `${order.id}: ${order.status} for ${sinceS} s`,
      ...waitingFor(order).map((what) => isFinal(order) && `${order.id}: ${what} not done for ${sinceS} s`),
    ]
  })
  const underWay = moving.filter((order) => !waiting.has(order)).length
  return withNote(finding, [
    waiting.size > 0 && `${waiting.size} wait for their customer to pay`,
    underWay > 0 && `${underWay} under way`,
  ])
}

/** I10: nothing waits to be told. */
export function outboxesAreEmpty({ orders, reservations, orderOf, nowMs, settledAfterMs }: Index): Finding {
  const isOld = (time: string) => nowMs - Date.parse(time) > settledAfterMs
  /** A reservation's messages show no time; they answer something that was just asked or noted. */
  const isAnswering = (order: AuditedOrder | undefined) =>
    order !== undefined &&
    !(isOld(order.history.at(-1)?.at ?? order.createdAt) && isOld(order.updatedAt ?? order.createdAt))
  const waiting = [
    ...orders.map(({ id, outbox }) => ({
      id,
      count: outbox.length,
      whose: 'its',
      isStuck: outbox.some(({ time }) => isOld(time)),
    })),
    ...reservations.map(({ id, outbox, createdAt }) => ({
      id,
      count: outbox,
      whose: "its reservation's",
      isStuck: isOld(createdAt) && !isAnswering(orderOf.get(id)),
    })),
  ]
  const young = waiting.filter(({ count, isStuck }) => count > 0 && !isStuck)
  const finding = check('I10', 'outboxes empty', waiting, ({ id, count, whose, isStuck }) => [
    count > 0 && isStuck && `${id}: ${count} messages wait in ${whose} outbox`,
  ])
  return withNote(finding, [
    young.length > 0 && `${young.length} with messages of just now`,
    'parked messages are in the metric toko_dead_letters_total',
  ])
}

/** I12, as far as state shows it: deliveries leave no record, but their effects at the subscriber do. */
export function followersKnow({ orders, reservationOf, nowMs, settledAfterMs, isSteady }: Index): Finding {
  const isBeingTold = ({ outbox }: AuditedOrder) => outbox.some(({ time }) => nowMs - Date.parse(time) < settledAfterMs)
  const told = orders.filter((order) => isFinal(order) && isSteady(order) && !isBeingTold(order))
  const finding = check('I12', 'the product service has followed every final order', told, (order) => {
    const { id, status, outbox } = order
    const reservation = reservationOf.get(id)
    const hasFollowed = isStanding(order)
      ? reservation !== undefined && isPromised(reservation)
      : reservation === undefined || reservation.status === 'released'
    return [
      outbox.length > 0 && `${id}: ${status}, ${outbox.length} messages not published`,
      !hasFollowed && `${id}: ${status}, the product service is at ${reservation?.status ?? 'nothing'}`,
    ]
  })
  return withNote(finding, ['deliveries themselves leave no record; their effects are checked instead'])
}
