import type { Mutant } from './mutant.ts'

const takeStep = 'services/order/src/features/take-step.ts'
const applyPayment = 'services/order/src/domain/apply-payment.ts'
const placeOrder = 'services/order/src/features/place-order.ts'

/** Rules of placing and paying an order. */
export const placementMutants: readonly Mutant[] = [
  {
    name: 'reuseKey',
    rule: 'R12',
    what: 'attempt 2 is made under the key of attempt 1',
    patches: [{ file: applyPayment, find: 'key: `${order._id}:${attempt}`', replace: 'key: `${order._id}:1`' }],
  },
  {
    name: 'captureFirst',
    rule: 'reserve → authorise → allocate → capture',
    what: 'money is captured before the stock is allocated',
    patches: [
      {
        file: takeStep,
        find: "    case 'authorised':\n",
        replace: "    case 'authorised':\n      await protocol.provider.capture(lastPayment(order)!.key)\n",
      },
    ],
  },
  {
    name: 'callBeforeIntent',
    rule: 'R11',
    what: 'the provider is called before the attempt is written',
    patches: [
      {
        file: takeStep,
        find: '      return commit(protocol, startPayment(order, decision(protocol)))',
        replace: `      {
        const started = startPayment(order, decision(protocol))
        if (started) await protocol.provider.authorise(started.to, lastPayment(started.to)!)
        return commit(protocol, started)
      }`,
      },
    ],
  },
  {
    name: 'secondAttempt',
    rule: 'R13',
    what: 'an attempt whose outcome is unknown is followed by another one',
    patches: [
      {
        file: applyPayment,
        find: "  if (outcome.kind !== 'declined') return null\n",
        replace: `  if (outcome.kind === 'unknown' && order.payments.length < decision.limits.maxPaymentAttempts)
    return {
      ...moveTo({ ...order, nextMethod: { method: payment.method } }, 'reserved', decision, {
        payments: withLastPayment(order, { state: 'declined' }),
      }),
      from: order,
    }
  if (outcome.kind !== 'declined') return null
`,
      },
    ],
  },
  {
    name: 'wrongAmount',
    rule: 'M5',
    what: 'an approval of another amount is taken',
    patches: [
      {
        file: applyPayment,
        find: "if (outcome.kind === 'approved' && outcome.amountMinor !== payment.amountMinor)",
        replace: 'if (false as boolean)',
      },
    ],
  },
  {
    name: 'reviveCancelled',
    rule: 'I4',
    what: 'a late approval revives an order that is being cancelled',
    patches: [
      {
        file: applyPayment,
        find: "if (order.status !== 'paying' || payment?.key !== key) return null\n  if (outcome.kind === 'approved'",
        replace:
          "if (!['paying', 'voiding', 'cancelling'].includes(order.status) || payment?.key !== key) return null\n  if (outcome.kind === 'approved'",
      },
      {
        file: 'services/order/src/domain/status.ts',
        find: "voiding: ['cancelling'],",
        replace: "voiding: ['cancelling', 'authorised'],",
      },
    ],
  },
  {
    name: 'localReplay',
    rule: 'R4',
    what: 'a replayed request is answered from what no majority has yet',
    patches: [
      {
        file: 'services/order/test/memory-order-store.ts',
        find: 'return put(order, { ...order, rev: order.rev + 1, replays: order.replays + 1 })',
        replace: 'return order',
      },
      {
        file: 'services/order/src/store/mongo-order-store.ts',
        find: `orders.findOneAndUpdate(
        { userId, idemKey },`,
        replace: `orders.findOne({ userId, idemKey }, { readConcern: 'local' as never }) ?? orders.findOneAndUpdate(
        { userId, idemKey },`,
      },
    ],
  },
  {
    name: 'ignoreBody',
    rule: 'O2',
    what: 'the same key with another body is answered with the first order',
    patches: [
      {
        file: placeOrder,
        find: 'if (existing && existing.bodyHash !== bodyHash) throw errors.idempotencyKeyReused()',
        replace: '',
      },
    ],
  },
  {
    name: 'lostAnnouncement',
    rule: 'R2',
    what: 'a move is written without its messages',
    patches: [
      {
        file: 'services/order/src/features/commit.ts',
        find: 'await protocol.store.write(transition)',
        replace: 'await protocol.store.write({ ...transition, events: [] })',
      },
    ],
  },
  {
    name: 'blindWrite',
    rule: 'I4',
    what: 'an order is written without its precondition',
    patches: [
      {
        file: 'services/order/test/memory-order-store.ts',
        find: 'if (!stored || stored.version !== from.version || stored.attempts !== from.attempts) return null',
        replace: 'if (!stored) return null',
      },
      {
        file: 'services/order/src/store/mongo-order-store.ts',
        find: `        version: from.version,
        attempts: from.attempts,
`,
        replace: '',
      },
    ],
  },
  {
    name: 'ackFirst',
    rule: 'crash between effect and ack',
    what: 'a message is acknowledged before its handler has written anything',
    patches: [{ file: 'test/sim/bus.ts', find: 'mine.add(again)', replace: 'acknowledge()' }],
  },
  {
    name: 'forgetUnsent',
    rule: 'R3',
    what: 'the relay forgets messages that were not confirmed',
    patches: [
      {
        file: 'test/sim/relay.ts',
        find: '      // The rest waits for the slow path.\n',
        replace: '      done.push(...entries.map(({ id }) => id))\n',
      },
    ],
  },
]
