import { OrderReason, OrderStatus } from '@toko/contracts'
import { capturedMinor, fits, quantities, refundableMinor, refundsOf, returnsOf, shipmentsOf } from './ledgers.ts'
import { lastPayment, type Order } from './order.ts'
import { finalStatusOf, nextStatuses } from './status.ts'

type Claim = readonly [what: string, isSo: (order: Order) => boolean]

const isCount = (value: unknown, least: number) => Number.isSafeInteger(value) && (value as number) >= least
const isTime = (value: unknown) => value === undefined || Number.isFinite(value)
const areLines = (lines: unknown) =>
  Array.isArray(lines) && lines.every((line) => typeof line?.sku === 'string' && isCount(line.quantity, 1))
const areActs = (acts: unknown, isAct: (act: Record<string, unknown>) => boolean) =>
  acts === undefined || (Array.isArray(acts) && acts.every((act) => typeof act?.id === 'string' && isAct(act)))
const isOneOf = (value: unknown, ...values: unknown[]) => values.includes(value)
const total = (order: Order) => order.lines.reduce((sum, line) => sum + line.unitPriceMinor * line.quantity, 0)

/** Without these the others can't even be asked. */
const shape: readonly Claim[] = [
  ['unknown status', ({ status }) => OrderStatus.options.includes(status)],
  ['unknown reason', ({ reason }) => reason === undefined || OrderReason.options.includes(reason)],
  ['version or attempts are no counts', (order) => isCount(order.version, 1) && isCount(order.attempts, 0)],
  ['a time that is none', (order) => isTime(order.dueAt) && isTime(order.holdEndsAt)],
  ['what was ordered', ({ request }) => areLines(request) && request.length > 0],
  ['lines', ({ lines }) => areLines(lines) && lines.every((line) => isCount(line.unitPriceMinor, 0))],
  ['total', ({ totalMinor, expectedTotalMinor }) => isCount(totalMinor, 0) && isCount(expectedTotalMinor, 0)],
  [
    'history',
    ({ history }) =>
      Array.isArray(history) &&
      history.length > 0 &&
      history.every((entry) => OrderStatus.options.includes(entry?.status) && Number.isFinite(entry.at)),
  ],
  [
    'payments',
    ({ payments }) =>
      Array.isArray(payments) &&
      payments.every(
        (each) => typeof each?.key === 'string' && isCount(each.amountMinor, 0) && Number.isFinite(each.firstCallAt),
      ),
  ],
  [
    'shipments',
    ({ shipments }) =>
      areActs(shipments, (each) => areLines(each['lines']) && isOneOf(each['state'], 'requested', 'consumed')),
  ],
  [
    'refunds',
    ({ refunds }) =>
      areActs(
        refunds,
        (each) =>
          isCount(each['amountMinor'], 1) &&
          isOneOf(each['state'], 'requested', 'succeeded') &&
          isOneOf(each['restock'], undefined, 'requested', 'done') &&
          (each['lines'] === undefined ? each['restock'] === undefined : areLines(each['lines'])),
      ),
  ],
  [
    'returns',
    ({ returns }) =>
      areActs(returns, (each) => areLines(each['lines']) && isOneOf(each['state'], 'requested', 'refunded')),
  ],
]

const isAt = ({ status }: Order, ...statuses: OrderStatus[]) => statuses.includes(status)
const isPaidWith = (order: Order, ...states: (string | undefined)[]) => states.includes(lastPayment(order)?.state)
const isFulfilled = (order: Order) => isAt(order, 'shipped', 'completed')
const isPriced = (order: Order) => !isAt(order, 'pending', 'rejected', 'cancelling', 'cancelled', 'expired')

const sense: readonly Claim[] = [
  [
    'the version is not that of the history',
    ({ version, history }) => history.every((entry, n) => entry.version === n + 1) && version === history.length,
  ],
  ['the history ends in another status', ({ status, history }) => history.at(-1)!.status === status],
  [
    'the history is no path (I4)',
    ({ history }) =>
      history[0]!.status === 'pending' &&
      history.slice(1).every(({ status }, n) => nextStatuses[history[n]!.status].includes(status)),
  ],
  ['no price', (order) => !isPriced(order) || (order.lines.length > 0 && order.totalMinor === total(order))],
  [
    'two payments (I5)',
    ({ payments }) => payments.filter(({ state }) => state === 'approved' || state === 'captured').length <= 1,
  ],
  [
    'paying without a payment',
    (order) => !isAt(order, 'paying', 'voiding') || isPaidWith(order, 'requested', 'unknown'),
  ],
  ['authorised without a payment (I6)', (order) => !isAt(order, 'authorised') || isPaidWith(order, 'approved')],
  [
    'confirmed without a payment (I6)',
    (order) => !isAt(order, 'confirmed', 'freeing', 'refunding') || isPaidWith(order, 'approved', 'captured'),
  ],
  ['shipped without a payment', (order) => !isFulfilled(order) || isPaidWith(order, 'captured')],
  [
    'ends without a reason',
    ({ status, reason }) => status !== 'cancelling' || (reason !== undefined && finalStatusOf(reason) !== undefined),
  ],
  [
    'cancelled by nobody',
    (order) => !isAt(order, 'freeing', 'refunding') || typeof order.cancellation?.id === 'string',
  ],
  ['shipments in this status', (order) => isFulfilled(order) === shipmentsOf(order).length > 0],
  [
    'more shipped than ordered',
    (order) =>
      fits(
        shipmentsOf(order).flatMap(({ lines }) => lines),
        order.request,
      ),
  ],
  [
    'more returned than shipped',
    (order) =>
      fits(
        returnsOf(order).flatMap(({ lines }) => lines),
        shipmentsOf(order).flatMap(({ lines }) => lines),
      ),
  ],
  ['refunds without a payment', (order) => refundsOf(order).length === 0 || capturedMinor(order) > 0],
  ['more refunded than captured (M1)', (order) => refundableMinor(order) >= 0],
  [
    'more restocked than shipped',
    (order) =>
      fits(
        refundsOf(order).flatMap(({ restock, lines }) => (restock ? (lines ?? []) : [])),
        shipmentsOf(order).flatMap(({ state, lines }) => (state === 'consumed' ? lines : [])),
      ),
  ],
  ['lines and order differ', (order) => order.lines.length === 0 || sameQuantities(order)],
]

function sameQuantities({ lines, request }: Order): boolean {
  const [reserved, wanted] = [quantities(lines), quantities(request)]
  return reserved.size === wanted.size && [...wanted].every(([sku, quantity]) => reserved.get(sku) === quantity)
}

const claims: readonly Claim[] = [...shape, ...sense]

/**
 * What is impossible about an order's document, or undefined when it makes sense. Such a document was not written by this
 * service: nothing may be decided from it. Never throws, whatever the document holds.
 */
export function soundness(order: Order): string | undefined {
  try {
    return claims.find(([, isSo]) => !isSo(order))?.[0]
  } catch {
    return 'not an order'
  }
}
