import type { Mutant } from './mutant.ts'

const free = 'services/product/src/features/free.ts'
const ledgers = 'services/order/src/domain/ledgers.ts'

/** Rules of what comes after `confirmed` (docs/adr/0012). */
export const afterMutants: readonly Mutant[] = [
  {
    name: 'refundIgnoresOpen',
    rule: 'M1',
    what: 'the guard of a refund looks only at refunds that are done',
    patches: [
      {
        file: ledgers,
        find: 'capturedMinor(order) - sum(refundsOf(order).map(({ amountMinor }) => amountMinor))',
        replace: 'capturedMinor(order) - refundedMinor(order)',
      },
    ],
  },
  {
    name: 'freshRefundKey',
    rule: 'R12',
    what: 'a repeated refund gets a fresh key at the provider',
    patches: [
      {
        file: 'services/order/src/features/pay-back.ts',
        find: 'if (clock.now() - refund.at < limits.keyLifeMs) return provider.refund(key, refund)',
        replace:
          'if (clock.now() - refund.at < limits.keyLifeMs) return provider.refund(key, { ...refund, id: `${refund.id}_${order.attempts}` })',
      },
    ],
  },
  {
    name: 'overShip',
    rule: 'Σ shipped ≤ ordered',
    what: 'more can be shipped than was ordered',
    patches: [
      {
        file: 'services/order/src/domain/ship.ts',
        find: "if (!fits(shipment.lines, left)) return refuse('over-ship', { lines: left })",
        replace: '',
      },
    ],
  },
  {
    name: 'shipUnpaid',
    rule: 'nothing is shipped before it is captured',
    what: 'an order is shipped as soon as it is confirmed',
    patches: [
      {
        file: 'services/order/src/domain/ship.ts',
        find: " && lastPayment(order)?.state === 'captured'",
        replace: ' && lastPayment(order) !== undefined',
      },
    ],
  },
  {
    name: 'cancelShipped',
    rule: 'cancel only untouched orders',
    what: 'a cancellation ignores shipments',
    patches: [
      {
        file: 'services/order/src/domain/end-order.ts',
        find: "(order.status === 'confirmed' && isUntouched(order))",
        replace: "(['confirmed', 'shipped'].includes(order.status) && (isUntouched(order) || true))",
      },
      {
        file: 'services/order/src/domain/end-order.ts',
        find: "order.status === 'confirmed' ? 'freeing' : 'cancelling'",
        replace: "order.status === 'confirmed' || order.status === 'shipped' ? 'freeing' : 'cancelling'",
      },
      {
        file: 'services/order/src/domain/status.ts',
        find: "shipped: ['shipped', 'completed'],",
        replace: "shipped: ['shipped', 'completed', 'freeing'],",
      },
    ],
  },
  {
    name: 'consumeTwice',
    rule: 'S11',
    what: 'a repeated shipment leaves the stock again',
    patches: [
      {
        file: 'services/product/src/features/follow-moves.ts',
        find: 'if (basis.isMade) return',
        replace: "if (basis.isMade && kind === 'return') return",
      },
    ],
  },
  {
    name: 'restockTwice',
    rule: 'S11',
    what: 'a repeated return comes back again',
    patches: [
      {
        file: 'services/product/src/features/follow-moves.ts',
        find: 'if (basis.isMade) return',
        replace: "if (basis.isMade && kind === 'shipment') return",
      },
    ],
  },
  {
    name: 'settleAnyVersion',
    rule: 'R9',
    what: 'a shipment that came in between is taken for done',
    patches: [
      {
        file: 'services/product/test/memory-reservation-store.ts',
        find: 'if (found?.version !== version || found.nextAttemptAt === undefined) return',
        replace: 'if (found?.nextAttemptAt === undefined) return',
      },
      {
        file: 'services/product/src/store/mongo-reservation-store.ts',
        find: 'const filter = { _id: id, version, status,',
        replace: 'const filter = { _id: id, status,',
      },
    ],
  },
  {
    name: 'forgetRefund',
    rule: 'M3',
    what: 'a cancelled order ends before its money is back',
    patches: [
      {
        file: 'services/order/src/domain/refund.ts',
        find: 'refundableMinor(after) === 0 && openRefunds(after).length === 0',
        replace: 'refundableMinor(after) === 0',
      },
    ],
  },
  {
    name: 'freeReleasesNothing',
    rule: 'R9',
    what: 'a freed reservation is told before its stock is given back, and nobody repeats it',
    patches: [
      {
        file: free,
        find: 'nextAttemptAt: now + backoffMs(orderId, 0, limits) },',
        replace: 'nextAttemptAt: null },',
      },
    ],
  },
  {
    name: 'payReturnTwice',
    rule: 'a return is paid once',
    what: 'two refunds may name one return',
    patches: [
      {
        file: 'services/order/src/domain/refund.ts',
        find: "if (returned && refundsOf(order).some((each) => each.returnId === returnId)) return refuse('return-taken')",
        replace: '',
      },
    ],
  },
]
