import { checkActs } from './after-rules.ts'
import type { Books, MemoryOrder } from './books.ts'
import type { World } from './world.ts'

/** The picture of order-protocol.md and docs/adr/0012, written down apart from the code's own table (I4). */
const steps = new Set(
  `pending>reserved pending>rejected pending>cancelling reserved>paying reserved>cancelling paying>authorised paying>reserved
   paying>cancelling paying>voiding voiding>cancelling authorised>confirmed cancelling>cancelled cancelling>expired
   cancelling>rejected confirmed>confirmed confirmed>shipped confirmed>freeing shipped>shipped shipped>completed
   completed>completed freeing>refunding refunding>cancelled`.split(/\s+/),
)

/** Money that may still be taken or was taken: at most one attempt at a time (I5). */
const openStates = new Set(['requested', 'unknown', 'approved', 'captured'])
/** Whoever got here has been paid and holds its stock (I6). */
const paid = new Set(['authorised', 'confirmed', 'shipped', 'completed'])

export const isPaid = (status: string): boolean => paid.has(status)

/** What must hold after every write of an order, looked at on the document that changed. */
export function checkOrderWrite(world: World, books: Books, before: MemoryOrder | undefined, after: MemoryOrder): void {
  const about = () => `${after._id} ${before?.status ?? 'new'} → ${after.status}`
  if (!before) return checkInsert(world, books, after)
  if (before.history !== after.history || before.status !== after.status || before.version !== after.version) {
    const { history, version, status } = after
    const last = history.at(-1)!
    world.require(steps.has(`${before.status}>${status}`), 'I4', () => `${about()} is no step of the picture`)
    world.require(version === before.version + 1, 'I4', () => `${about()}: version ${before.version} → ${version}`)
    world.require(
      history.length === before.history.length + 1 && before.history.every((entry, i) => entry === history[i]),
      'I4',
      () => `${about()}: the history is not the old one and one entry`,
    )
    world.require(
      last.status === status && last.version === version,
      'I4',
      () => `${about()}: the last entry of the history says ${last.status} ${last.version}`,
    )
  }
  checkLines(world, before, after)
  if (before.payments !== after.payments) checkAttempts(world, before, after)
  checkActs(world, before, after)
  if (before.status !== after.status && isPaid(after.status)) checkPaid(world, books, after)
}

function checkInsert(world: World, { orders }: Books, order: MemoryOrder): void {
  world.require(order.status === 'pending' && order.version === 1, 'I4', () => `${order._id} begins as ${order.status}`)
  for (const other of orders.all.values()) {
    if (other === order) continue
    const isTwin = other.userId === order.userId && other.idemKey === order.idemKey
    world.require(!isTwin, 'I3', () => `two orders of one key: ${other._id}, ${order._id}`)
    world.require(other.cartId !== order.cartId, 'I3', () => `two orders of one cart: ${other._id}, ${order._id}`)
  }
}

/** O3, O4: the total is the sum, and what was ordered and priced never changes. */
function checkLines(world: World, before: MemoryOrder, after: MemoryOrder): void {
  world.require(before.request === after.request, 'O4', () => `${after._id}: what was ordered changed`)
  if (before.lines === after.lines) {
    world.require(before.totalMinor === after.totalMinor, 'O4', () => `${after._id}: the total changed alone`)
    return
  }
  world.require(before.lines.length === 0, 'O4', () => `${after._id}: priced twice`)
  const total = after.lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0)
  world.require(after.totalMinor === total, 'O3', () => `${after._id}: total ${after.totalMinor}, lines say ${total}`)
  const isAsOrdered =
    after.lines.length === after.request.length &&
    after.request.every(({ sku, quantity }) =>
      after.lines.some((line) => line.sku === sku && line.quantity === quantity),
    )
  world.require(isAsOrdered, 'O4', () => `${after._id}: other lines were priced than ordered`)
}

function checkAttempts(world: World, before: MemoryOrder, after: MemoryOrder): void {
  const { payments } = after
  const open = payments.filter(({ state }) => openStates.has(state))
  world.require(open.length <= 1, 'I5', () => `${after._id}: ${open.length} attempts may take money`)
  payments.forEach((payment, i) => {
    const was = before.payments[i]
    if (was) {
      const isSame = was.key === payment.key && was.amountMinor === payment.amountMinor && was.method === payment.method
      world.require(isSame, 'R12', () => `${after._id}: attempt ${i + 1} changed its key, amount or method`)
    } else {
      const isUsed = payments.slice(0, i).some(({ key }) => key === payment.key)
      world.require(!isUsed, 'R12', () => `${after._id}: key ${payment.key} is used by two attempts`)
      world.require(payment.amountMinor === after.totalMinor, 'M5', () => `${after._id}: not the total is asked for`)
      world.require(payment.state === 'requested', 'R11', () => `${after._id}: a new attempt is ${payment.state}`)
    }
  })
}

/** I6, M5: authorised means that the provider has approved all of it, and that the stock is there. */
function checkPaid(world: World, { payments, reservations }: Books, order: MemoryOrder): void {
  const key = order.payments.at(-1)?.key ?? ''
  const payment = payments.get(key)
  const isApproved = payment?.state === 'approved' || payment?.state === 'captured'
  world.require(
    isApproved,
    'I6',
    () => `${order._id} is ${order.status}, the provider says ${payment?.state ?? 'nothing'} of ${key}`,
  )
  world.require(
    !payment || payment.authorisedMinor === order.totalMinor,
    'M5',
    () => `${order._id} is ${order.status} for ${order.totalMinor}, authorised are ${payment?.authorisedMinor}`,
  )
  const stock = reservations.get(order._id)?.status ?? 'none'
  const wanted = order.status === 'authorised' ? ['held', 'allocated', 'consumed'] : ['allocated', 'consumed']
  world.require(wanted.includes(stock), 'I6', () => `${order._id} is ${order.status}, its reservation is ${stock}`)
}
