import { setTimeout as sleep } from 'node:timers/promises'
import { errors, newId, type PaymentAuthorisation } from '@toko/contracts'
import { authorise } from '../domain/authorise.ts'
import { cards, type CardTimings } from '../domain/cards.ts'
import { orderOf } from '../domain/payment.ts'
import { advance, type Advanced, type Books } from './advance.ts'

interface Authorising extends Books {
  readonly timings: CardTimings
}

/** @throws validation, idempotency-key-reused; illegal-transition for a key that was voided, for ever */
export function makeAuthorisePayment(books: Authorising) {
  return async (key: string, asked: PaymentAuthorisation): Promise<Advanced> => {
    if (asked.orderId !== orderOf(key))
      throw errors.validation({ errors: [{ pointer: '/orderId', code: 'custom', detail: 'not the order of the key' }] })
    const { store, clock, timings, pause = sleep } = books
    const { thinksFor } = cards[asked.method]
    if (thinksFor && !(await store.find(key))) await pause(timings[thinksFor])
    const providerRef = newId('pay')
    return advance(books, key, (existing) =>
      authorise(existing, { key, asked, providerRef, at: new Date(clock.now()), timings }),
    )
  }
}
