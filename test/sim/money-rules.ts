import type { Effect } from '../../services/payment/src/domain/payment.ts'
import type { Books, PaymentRecord } from './books.ts'
import { isPaid } from './order-rules.ts'
import type { World } from './world.ts'

/** Statuses in which an order's money may be taken: entered from `authorised`, so its stock is certain. */
const capturable = new Set(['confirmed', 'shipped', 'completed', 'freeing', 'refunding', 'cancelled'])

/** What must hold after every effect in the provider's ledger. */
export function checkPaymentWrite(
  world: World,
  books: Books,
  payment: PaymentRecord,
  effects: readonly Effect[],
): void {
  const { key, orderId, effects: ledger, authorisedMinor, capturedMinor, refundedMinor } = payment
  const order = books.orders.all.get(orderId)
  for (const effect of effects) {
    const { kind } = effect
    if (world.timeline) world.note('provider', `ledger: ${kind} ${effect.amountMinor} of ${key}`)
    const same = ledger.filter((each) => each.kind === kind && each.refundKey === effect.refundKey)
    world.require(same.length === 1, 'M6', () => `${key} was ${kind} ${same.length} times`)
    if (kind === 'authorised')
      world.require(
        books.orders.safe.get(orderId)?.payments.some((attempt) => attempt.key === key) ?? false,
        'R11',
        () => `${key} was authorised before any order had it`,
      )
    if (kind === 'captured')
      world.require(
        capturable.has(order?.status ?? ''),
        'R-capture',
        () => `${key} was captured while its order is ${order?.status ?? 'unknown'}`,
      )
    if (kind === 'voided')
      world.require(
        !order || !isPaid(order.status) || order.payments.at(-1)?.key !== key,
        'I6',
        () => `${key} was voided while its order is ${order?.status}`,
      )
  }
  world.require(
    refundedMinor >= 0 && refundedMinor <= capturedMinor && capturedMinor <= authorisedMinor,
    'M1',
    () => `${key}: authorised ${authorisedMinor}, captured ${capturedMinor}, refunded ${refundedMinor}`,
  )
  const open = keysOf(books, orderId).filter(isOpen)
  world.require(open.length <= 1, 'I5', () => `${orderId} has ${open.map((each) => each.key).join(' and ')} open`)
}

const isOpen = ({ state, capturedMinor, refundedMinor }: PaymentRecord) =>
  state === 'approved' || (state === 'captured' && refundedMinor < capturedMinor)

/** All the provider knows of an order's money, whatever keys it was called with. */
export function keysOf({ payments }: Books, orderId: string): PaymentRecord[] {
  const found: PaymentRecord[] = []
  for (const payment of payments.values()) if (payment.orderId === orderId) found.push(payment)
  return found
}
