import { newId } from '@toko/contracts'
import { voidPayment } from '../domain/void.ts'
import type { Clock } from '../ports.ts'
import type { PaymentStore } from '../store/payment-store.ts'
import { advance, type Advanced } from './advance.ts'

/** @throws illegal-transition once captured */
export function makeVoidPayment({ store, clock }: { readonly store: PaymentStore; readonly clock: Clock }) {
  return (key: string): Promise<Advanced> => {
    const providerRef = newId('pay')
    return advance(store, key, (existing) => voidPayment(existing, { key, providerRef, at: new Date(clock.now()) }))
  }
}
