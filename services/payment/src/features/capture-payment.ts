import { capture } from '../domain/capture.ts'
import { advance, type Advanced, type Books } from './advance.ts'

/** @throws not-found, illegal-transition unless approved, conflict beyond the authorised amount, idempotency-key-reused */
export function makeCapturePayment(books: Books) {
  return (key: string, amountMinor: number | undefined): Promise<Advanced> =>
    advance(books, key, (existing) => capture(existing, amountMinor, new Date(books.clock.now())))
}
