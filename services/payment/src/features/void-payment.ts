import { newId } from '@toko/contracts'
import { voidPayment } from '../domain/void.ts'
import { advance, type Advanced, type Books } from './advance.ts'

/** @throws illegal-transition once captured */
export function makeVoidPayment(books: Books) {
  return (key: string): Promise<Advanced> => {
    const providerRef = newId('pay')
    return advance(books, key, (existing) =>
      voidPayment(existing, { key, providerRef, at: new Date(books.clock.now()) }),
    )
  }
}
