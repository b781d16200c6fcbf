import { setTimeout as sleep } from 'node:timers/promises'
import { errors, newId, type PaymentAuthorisation } from '@toko/contracts'
import { authorise } from '../domain/authorise.ts'
import { cards, type CardTimings } from '../domain/cards.ts'
import { orderOf } from '../domain/payment.ts'
import type { Clock } from '../ports.ts'
import type { PaymentStore } from '../store/payment-store.ts'
import { advance, type Advanced } from './advance.ts'

interface Needs {
  readonly store: PaymentStore
  readonly clock: Clock
  readonly timings: CardTimings
}

/** @throws validation, idempotency-key-reused; illegal-transition for a key that was voided, for ever */
export function makeAuthorisePayment({ store, clock, timings }: Needs) {
  return async (key: string, asked: PaymentAuthorisation): Promise<Advanced> => {
    if (asked.orderId !== orderOf(key))
      throw errors.validation({ errors: [{ pointer: '/orderId', code: 'custom', detail: 'not the order of the key' }] })
    const { thinksFor } = cards[asked.method]
    if (thinksFor && !(await store.find(key))) await sleep(timings[thinksFor])
    const providerRef = newId('pay')
    return advance(store, key, (existing) =>
      authorise(existing, { key, asked, providerRef, at: new Date(clock.now()), timings }),
    )
  }
}
