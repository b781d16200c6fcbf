import { Payment, PaymentRefund } from '@toko/contracts'
import { CallError, ProblemAnswer, type ServiceClient } from '@toko/http'
import type { Logger } from '@toko/runtime'
import type { PaymentOutcome, RefundOutcome } from '../domain/apply-payment.ts'
import type { PaymentProvider } from '../ports.ts'

const unknown: PaymentOutcome = { kind: 'unknown' }

const acts = {
  authorise: { path: '/payments/{key}', rpc: 'authorise_payment' },
  void: { path: '/payments/{key}/void', rpc: 'void_payment' },
  capture: { path: '/payments/{key}/capture', rpc: 'capture_payment' },
} as const

function outcomeOf(payment: Payment): PaymentOutcome {
  switch (payment.state) {
    case 'approved':
      return { kind: 'approved', amountMinor: payment.amountMinor }
    case 'declined':
      return { kind: 'declined', declineCode: payment.declineCode, retryable: payment.retryable === true }
    case 'voided':
      return { kind: 'voided' }
    case 'captured':
      return {
        kind: 'captured',
        ...(payment.refunds && {
          refunds: payment.refunds.map(({ refundKey, amountMinor }) => ({ id: refundKey, amountMinor })),
        }),
      }
    case 'processing':
      return unknown
  }
}

/** A refusal tells the state that stands in the way, which is an answer too. */
function refusalOf({ problem }: ProblemAnswer): PaymentOutcome {
  const state = problem['state']
  return state === 'voided' || state === 'captured' ? { kind: state } : unknown
}

/** The provider, called. Time-outs, resets, 5xx, malformed bodies: all `unknown`, never a decline (R13). */
export function remotePaymentProvider(client: ServiceClient, log: Logger): PaymentProvider {
  const answers = { 200: Payment, 201: Payment }
  const outcome = async (key: string, call: Promise<{ body: Payment }>): Promise<PaymentOutcome> => {
    try {
      return outcomeOf((await call).body)
    } catch (error) {
      if (error instanceof ProblemAnswer) return refusalOf(error)
      if (!(error instanceof CallError)) throw error
      log.warn({ err: error, payment_key: key }, 'the payment provider gave no answer; asked again later')
      return unknown
    }
  }
  const put = (key: string, { path, rpc }: (typeof acts)[keyof typeof acts], body?: object) =>
    outcome(
      key,
      client.call({
        method: 'PUT',
        path,
        rpc,
        params: { key },
        ...(body ? { body } : {}),
        breaker: true,
        answer: answers,
      }),
    )
  /** Problems of the money itself are refusals; of the call (its token, its schema) nobody knows what they mean for the money. */
  const refund = async (key: string, call: Promise<{ body: PaymentRefund }>): Promise<RefundOutcome> => {
    try {
      return { kind: 'succeeded', amountMinor: (await call).body.amountMinor }
    } catch (error) {
      if (error instanceof ProblemAnswer && [404, 409, 422].includes(error.status)) {
        log.error({ err: error, payment_key: key }, 'the payment provider refuses a refund')
        return { kind: 'refused' }
      }
      if (!(error instanceof CallError) && !(error instanceof ProblemAnswer)) throw error
      log.warn({ err: error, payment_key: key }, 'the payment provider gave no answer to a refund; asked again later')
      return { kind: 'unknown' }
    }
  }
  return {
    refund: (key, { id: refundKey, amountMinor, reason }) =>
      refund(
        key,
        client.call({
          method: 'PUT',
          path: '/payments/{key}/refunds/{refundKey}',
          rpc: 'refund_payment',
          params: { key, refundKey },
          body: { amountMinor, reason },
          breaker: true,
          answer: { 200: PaymentRefund, 201: PaymentRefund },
        }),
      ),
    authorise: (order, { key, amountMinor, method }) =>
      put(key, acts.authorise, { amountMinor, currency: order.currency, method, orderId: order._id }),
    void: (key) => put(key, acts.void),
    capture: (key) => put(key, acts.capture, {}),
    query: (key) =>
      outcome(
        key,
        client.call({
          method: 'GET',
          path: '/payments/{key}',
          rpc: 'get_payment',
          params: { key },
          answer: { 200: Payment },
        }),
      ),
  }
}
