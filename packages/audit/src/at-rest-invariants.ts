import type { AuditedOrder } from '@toko/contracts'
import { changedMs, hasEnded, type Index, isFinal, quantities } from './books.ts'
import { check, type Finding } from './finding.ts'

const isMoving = (order: AuditedOrder, { nowMs, settledAfterMs }: Index) => nowMs - changedMs(order) < settledAfterMs
/** Reserved and nobody is paying: its customer has time, its hold has a limit of its own. */
const waitsForCustomer = ({ status, payments, dueAt }: AuditedOrder, { nowMs, settledAfterMs }: Index) =>
  status === 'reserved' &&
  !payments.some(({ state }) => state === 'requested' || state === 'unknown') &&
  dueAt !== null &&
  Date.parse(dueAt) > nowMs - settledAfterMs

const withNote = (finding: Finding, notes: readonly (string | false)[]): Finding => {
  const note = notes.filter((each) => each !== false).join('; ')
  return note ? { ...finding, note } : finding
}

/** I8: no order is stuck. */
export function ordersAreFinal(books: Index): Finding {
  const { orders, nowMs } = books
  const open = orders.filter((order) => !isFinal(order))
  const waiting = open.filter((order) => waitsForCustomer(order, books))
  const moving = open.filter((order) => !waiting.includes(order) && isMoving(order, books))
  const finding = check('I8', 'every order is final', orders, (order) => [
    open.includes(order) &&
      !waiting.includes(order) &&
      !moving.includes(order) &&
      `${order.id}: ${order.status} for ${Math.round((nowMs - changedMs(order)) / 1000)} s`,
  ])
  return withNote(finding, [
    waiting.length > 0 && `${waiting.length} wait for their customer to pay`,
    moving.length > 0 && `${moving.length} under way`,
  ])
}

/** I9: order, stock and money tell the same story. */
export function threeBooksAgree(books: Index): Finding {
  const { orders, reservationOf, paymentsOf, holdsOf, isSteady } = books
  const finals = orders.filter((order) => isFinal(order) && isSteady(order))
  const young = finals.filter((order) => order.status === 'confirmed' && isMoving(order, books))
  const finding = check('I9', 'confirmed ⇔ allocated ⇔ captured once; ended ⇔ no hold, net 0', finals, (order) => {
    const { id, status } = order
    const reservation = reservationOf.get(id)
    const payments = paymentsOf.get(id) ?? []
    const captures = payments.flatMap(({ effects }) => effects.filter(({ kind }) => kind === 'captured'))
    const net = payments.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0)
    const holds = holdsOf.get(id) ?? []
    if (hasEnded(order)) {
      const open = payments.find(({ state }) => state === 'approved' || state === 'processing')
      return [
        reservation !== undefined &&
          reservation.status !== 'released' &&
          `${id}: ${status}, reservation ${reservation.status}`,
        holds.length > 0 && `${id}: ${status}, but holds ${holds.map(({ sku }) => sku).join(', ')}`,
        net !== 0 && `${id}: ${status}, but ${net} minor units were taken`,
        open !== undefined && `${id}: ${status}, but ${open.key} is still ${open.state}`,
      ]
    }
    const isAllocated = reservation?.status === 'allocated' || reservation?.status === 'consumed'
    const held = quantities(holds)
    const lines = [...quantities(order.lines)]
    return [
      !isAllocated && `${id}: confirmed, reservation ${reservation?.status ?? 'missing'}`,
      reservation?.status === 'allocated' &&
        lines.some(([sku, quantity]) => held.get(sku) !== quantity) &&
        `${id}: confirmed, but its holds are not its lines`,
      captures.length !== 1 &&
        !(captures.length === 0 && young.includes(order)) &&
        `${id}: captured ${captures.length} times`,
      captures.length === 1 && net !== order.totalMinor && `${id}: ${net} taken, total ${order.totalMinor}`,
    ]
  })
  const stray = [...reservationOf.values()].filter(
    ({ id, status }) => ['allocated', 'consumed'].includes(status) && ended(orders, id),
  )
  const violations = [...finding.violations, ...stray.map(({ id }) => `${id}: allocated for an order that ended`)]
  return withNote({ ...finding, violations: [...new Set(violations)] }, [
    young.length > 0 && `${young.length} confirmed just now, their capture may still come`,
  ])
}

const ended = (orders: readonly AuditedOrder[], id: string) =>
  orders.some((order) => order.id === id && hasEnded(order))

/** I10: nothing waits to be told. */
export function outboxesAreEmpty({ orders, reservations, nowMs, settledAfterMs }: Index): Finding {
  const isOld = (time: string) => nowMs - Date.parse(time) > settledAfterMs
  const waiting = [
    ...orders.map(({ id, outbox }) => ({ id, count: outbox.length, isStuck: outbox.some(({ time }) => isOld(time)) })),
    ...reservations.map(({ id, outbox, createdAt }) => ({
      id: `reservation ${id}`,
      count: outbox,
      isStuck: isOld(createdAt),
    })),
  ]
  const young = waiting.filter(({ count, isStuck }) => count > 0 && !isStuck)
  const finding = check('I10', 'outboxes empty', waiting, ({ id, count, isStuck }) => [
    count > 0 && isStuck && `${id}: ${count} messages wait`,
  ])
  return withNote(finding, [
    young.length > 0 && `${young.length} with messages of just now`,
    'parked messages are in the metric toko_dead_letters_total',
  ])
}

/** I11, as far as the services know: whoever repeats a key gets the one order of it. */
export function keysTellTheOutcome({ orders }: Index): Finding {
  const replayed = orders.filter(({ replays }) => replays > 0)
  const groups = Map.groupBy(orders, ({ userId, idempotencyKeyHash }) => `${userId} ${idempotencyKeyHash}`)
  const finding = check(
    'I11',
    'a repeated key leads to one order',
    replayed,
    ({ id, userId, idempotencyKeyHash, replays }) => {
      const count = groups.get(`${userId} ${idempotencyKeyHash}`)?.length ?? 0
      return [count !== 1 && `${id}: repeated ${replays} times, ${count} orders`]
    },
  )
  return withNote(finding, ["what clients saw is not visible here; the acceptance suite's history checks it"])
}

/** I12, as far as state shows it: deliveries leave no record, but their effects at the subscriber do. */
export function followersKnow({ orders, reservationOf, nowMs, settledAfterMs, isSteady }: Index): Finding {
  const isBeingTold = ({ outbox }: AuditedOrder) => outbox.some(({ time }) => nowMs - Date.parse(time) < settledAfterMs)
  const told = orders.filter((order) => isFinal(order) && isSteady(order) && !isBeingTold(order))
  const finding = check('I12', 'the product service has followed every final order', told, ({ id, status, outbox }) => {
    const reservation = reservationOf.get(id)?.status
    const expected = status === 'confirmed' ? ['allocated', 'consumed'] : ['released', undefined]
    return [
      outbox.length > 0 && `${id}: ${status}, ${outbox.length} messages not published`,
      !expected.includes(reservation) && `${id}: ${status}, the product service is at ${reservation ?? 'nothing'}`,
    ]
  })
  return withNote(finding, ['deliveries themselves leave no record; their effects are checked instead'])
}
