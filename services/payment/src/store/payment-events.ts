import { type DomainEvent, type EventDefinition, happened, PaymentEvent } from '@toko/contracts'
import type { Effect, PaymentRecord } from '../domain/payment.ts'

const typeOf = {
  authorised: 'payment.approved',
  declined: 'payment.declined',
  voided: 'payment.voided',
  captured: 'payment.captured',
  refunded: 'payment.refunded',
} as const satisfies Record<Effect['kind'], PaymentEvent['type']>

const Data = PaymentEvent.omit({ id: true, type: true, at: true })

const definition = (type: PaymentEvent['type']): EventDefinition<typeof Data> => ({
  source: 'payment',
  type,
  data: Data,
  isCommand: false,
})

type About = Pick<PaymentRecord, 'key' | 'orderId' | 'wanted' | 'declineCode' | 'retryable'>

/** What an effect on a payment makes known; id and time come with the outbox entry. */
export function eventOf({ key, orderId, wanted, declineCode, retryable }: About, effect: Effect): DomainEvent {
  return happened(definition(typeOf[effect.kind]), {
    subject: key,
    data: {
      key,
      orderId,
      amountMinor: effect.amountMinor,
      ...(wanted && { currency: wanted.currency }),
      ...(declineCode && { declineCode, retryable: retryable ?? false }),
      ...(effect.refundKey !== undefined && { refundKey: effect.refundKey }),
    },
  })
}

/** The webhook's body for an entry of a payment's outbox. @throws ZodError for an entry that this file did not make */
export function webhookOf(entry: { id: string; type: string; time: string; data: unknown }): PaymentEvent {
  return PaymentEvent.parse({ id: entry.id, type: entry.type, ...(entry.data as object), at: entry.time })
}
