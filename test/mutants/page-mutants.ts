import type { Mutant } from './mutant.ts'

/** The seven rules whose removal the model checker of order-protocol.md shows to be fatal. */
export const pageMutants: readonly Mutant[] = [
  {
    name: 'noTombstone',
    rule: 'R6',
    what: 'a Release of an unknown order leaves nothing behind',
    patches: [
      {
        file: 'services/product/src/features/release.ts',
        find: 'const inserted = await reservations.insert(tombstone, [releasedAnswer(tombstone)], now)',
        replace: `const gone = { ...tombstone, rev: 1, createdAt: new Date(now), outbox: [] }
      if (gone) return { reservation: gone, isNew: true, isRefused: false, repeated: { ...releasedAnswer(tombstone), version: undefined } as never }
      const inserted = gone`,
      },
    ],
  },
  {
    name: 'clockRelease',
    rule: 'R14',
    what: 'a sweeper releases a hold that is too old',
    patches: [
      {
        file: 'services/product/src/features/sweep-reservations.ts',
        find: "  if (status !== 'reserving') return\n",
        replace: `  if (status === 'held') {
    const now = core.clock.now()
    const change = { status: 'released', reason: 'order-ended', nextAttemptAt: now } as const
    const gone = await core.reservations.move(reservation._id, ['held'], change, [], now)
    if (gone) await closeEntries(core, gone)
  }
  if (status !== 'reserving') return
`,
      },
    ],
  },
  {
    name: 'noVoiding',
    rule: 'R13',
    what: 'an attempt is given up without a void',
    patches: [
      {
        file: 'services/order/src/domain/apply-payment.ts',
        find: "return moveTo(order, 'voiding', decision, { reason, payments: withLastPayment(order, { state: 'unknown' }) })",
        replace:
          "return moveTo(order, 'cancelling', decision, { reason, payments: withLastPayment(order, { state: 'voided' }) })",
      },
    ],
  },
  {
    name: 'timeoutCancel',
    rule: 'R13',
    what: 'no answer of the provider counts as a decline',
    patches: [
      {
        file: 'services/order/src/clients/remote-payment-provider.ts',
        find: "log.warn({ err: error, payment_key: key }, 'the payment provider gave no answer; asked again later')\n      return unknown",
        replace: "return { kind: 'declined', retryable: false }",
      },
    ],
  },
  {
    name: 'freshKey',
    rule: 'R12',
    what: 'a repeated call gets a fresh key',
    patches: [
      {
        file: 'services/order/src/features/take-step.ts',
        find: 'await protocol.provider.authorise(order, payment)',
        replace:
          'await protocol.provider.authorise(order, { ...payment, key: `${payment.key}${order.attempts || ""}` })',
      },
    ],
  },
  {
    name: 'voidNoTomb',
    rule: 'PSP contract',
    what: 'the provider forgets the void of a key it does not know',
    patches: [
      {
        file: 'services/payment/src/domain/void.ts',
        find: 'if (!existing) {',
        replace: `if (!existing) {
    const forgotten = newPayment(key, providerRef, at, { state: 'voided' })
    if (forgotten) return { kind: 'forgotten', payment: forgotten } as never`,
      },
      {
        file: 'services/payment/src/features/advance.ts',
        find: "if (decision.kind === 'refused')",
        replace: `if ((decision.kind as string) === 'forgotten') return { payment: (decision as never)['payment'], isNew: true }
    if (decision.kind === 'refused')`,
      },
    ],
  },
  {
    name: 'noSweeper',
    rule: 'R9',
    what: 'nobody looks after orders that are due',
    patches: [
      {
        file: 'services/order/src/features/sweep-orders.ts',
        find: 'const due = await protocol.store.due(nowMs, batch, nowMs + horizonMs(protocol.limits))',
        replace: 'const due = (await protocol.store.due(nowMs, 1)).slice(1)',
      },
    ],
  },
]
