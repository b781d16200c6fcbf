import { z } from 'zod'
import {
  errors,
  Payment,
  PaymentAuthorisation,
  PaymentCapture,
  PaymentKey,
  PaymentRefund,
  PaymentRefundRequest,
  RefundKey,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { NeighbourState } from './neighbour-state.ts'

const keyParams = z.object({ key: PaymentKey })
const now = () => new Date().toISOString()

/** Stands for the payment provider. */
export function paymentRoutes(state: NeighbourState): Route[] {
  const change = (key: string, next: 'voided' | 'captured') => {
    const known = state.payments.get(key) ?? payment(key, 0)
    if (['voided', 'captured'].includes(known.state) && known.state !== next)
      throw errors.illegalTransition({ extensions: { state: known.state } })
    if (known.state === 'captured') return { status: 200, body: known }
    const changed = { ...known, state: next, capturedMinor: next === 'captured' ? known.amountMinor : 0 }
    state.payments.set(key, changed)
    return { status: 200, body: changed }
  }
  return [
    route(
      {
        method: 'PUT',
        path: '/payments/{key}',
        rpc: 'authorise_payment',
        summary: 'Authorise',
        auth: 'service',
        params: keyParams,
        body: PaymentAuthorisation,
        answers: { 200: Payment },
      },
      async ({ params: { key }, body }) => {
        state.calls.push('authorise')
        if (state.authorise === 'fail') throw new Error('provider is broken')
        const known = state.payments.get(key)
        if (known?.state === 'voided') throw errors.illegalTransition({ extensions: { state: 'voided' } })
        const isDeclined = state.authorise === 'decline' || body.method === 'card_declined'
        const answer = known ?? {
          ...payment(key, body.amountMinor),
          state: isDeclined ? ('declined' as const) : ('approved' as const),
          ...(isDeclined ? { declineCode: 'card-declined' as const, retryable: true } : {}),
        }
        state.payments.set(key, answer)
        if (state.authorise === 'hang') await new Promise(() => {})
        return { status: 200, body: state.authorise === 'wrong-amount' ? { ...answer, amountMinor: 1 } : answer }
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/payments/{key}/void',
        rpc: 'void_payment',
        summary: 'Void',
        auth: 'service',
        params: keyParams,
        answers: { 200: Payment },
      },
      async ({ params }) => {
        state.calls.push('void')
        return change(params.key, 'voided')
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/payments/{key}/capture',
        rpc: 'capture_payment',
        summary: 'Capture',
        auth: 'service',
        params: keyParams,
        body: PaymentCapture,
        answers: { 200: Payment },
      },
      async ({ params }) => {
        state.calls.push('capture')
        if (state.capture === 'fail') throw new Error('provider is broken')
        return change(params.key, 'captured')
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/payments/{key}/refunds/{refundKey}',
        rpc: 'refund_payment',
        summary: 'Refund',
        auth: 'service',
        params: keyParams.extend({ refundKey: RefundKey }),
        body: PaymentRefundRequest,
        answers: { 200: PaymentRefund },
      },
      async ({ params: { key, refundKey }, body: { amountMinor } }) => {
        state.calls.push('refund')
        if (state.refund === 'fail') throw new Error('provider is broken')
        const known = state.payments.get(key)
        if (!known || state.refund === 'refuse') throw errors.notFound()
        const earlier = state.refunds.get(refundKey)
        if (earlier !== undefined && earlier !== amountMinor) throw errors.idempotencyKeyReused()
        const refundedMinor = known.refundedMinor + (earlier === undefined ? amountMinor : 0)
        if (refundedMinor > known.capturedMinor) throw errors.conflict()
        state.refunds.set(refundKey, amountMinor)
        const refunds = [...state.refunds].map(([id, minor]) => ({ refundKey: id, amountMinor: minor }))
        state.payments.set(key, { ...known, refundedMinor, refunds })
        if (state.refund === 'hang') await new Promise(() => {})
        const answered = state.refund === 'wrong-amount' ? amountMinor + 1 : amountMinor
        const refund = { key, refundKey, amountMinor: answered, currency: 'IDR', createdAt: now(), refundedMinor }
        return { status: 200, body: refund }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/payments/{key}',
        rpc: 'get_payment',
        summary: 'Query',
        auth: 'service',
        params: keyParams,
        answers: { 200: Payment },
      },
      async ({ params }) => {
        state.calls.push('query')
        const known = state.payments.get(params.key)
        if (!known) throw errors.notFound()
        return { status: 200, body: known }
      },
    ),
  ]
}

const payment = (key: string, amountMinor: number): Payment => ({
  key,
  orderId: key.split(':')[0]!,
  amountMinor,
  currency: 'IDR',
  state: 'approved',
  capturedMinor: 0,
  refundedMinor: 0,
  refunds: [],
  providerRef: key,
  createdAt: now(),
})
