import {
  Payment,
  PaymentAuthorisation,
  PaymentCapture,
  PaymentKey,
  PaymentRefund,
  PaymentRefundRequest,
  RefundKey,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { z } from 'zod'
import { paymentView } from '../domain/views.ts'
import type { Advanced } from '../features/advance.ts'
import type { makeAuthorisePayment } from '../features/authorise-payment.ts'
import type { makeCapturePayment } from '../features/capture-payment.ts'
import type { makeQueryPayment } from '../features/query-payment.ts'
import type { makeRefundPayment } from '../features/refund-payment.ts'
import type { makeVoidPayment } from '../features/void-payment.ts'
import type { FaultSwitches } from '../ports.ts'
import type { HeldRequests } from './held-requests.ts'
import { withFaults } from './with-faults.ts'

export interface PaymentFeatures {
  readonly authorisePayment: ReturnType<typeof makeAuthorisePayment>
  readonly voidPayment: ReturnType<typeof makeVoidPayment>
  readonly capturePayment: ReturnType<typeof makeCapturePayment>
  readonly refundPayment: ReturnType<typeof makeRefundPayment>
  readonly queryPayment: ReturnType<typeof makeQueryPayment>
  readonly faults: FaultSwitches
  readonly held: HeldRequests
}

const params = z.object({ key: PaymentKey })
const refundParams = z.object({ key: PaymentKey, refundKey: RefundKey })
const paymentAnswers = { 200: Payment, 201: Payment }

const answer = ({ payment, isNew }: Advanced, whenNew = 200) => ({
  status: isNew ? whenNew : 200,
  body: paymentView(payment),
})

/** What the order service calls. The key in the path makes every call idempotent. */
export function paymentRoutes(f: PaymentFeatures): Route[] {
  const authorise = route(
    {
      method: 'PUT',
      path: '/payments/{key}',
      rpc: 'authorise_payment',
      summary: 'Authorise an amount. The answer may be declined, or processing: then a webhook tells the end.',
      auth: 'service',
      params,
      body: PaymentAuthorisation,
      answers: paymentAnswers,
      errors: ['illegalTransition', 'idempotencyKeyReused'],
    },
    async ({ params: { key }, body }) => answer(await f.authorisePayment(key, body), 201),
  )
  const cancel = route(
    {
      method: 'PUT',
      path: '/payments/{key}/void',
      rpc: 'void_payment',
      summary: 'Give an authorisation back. An unknown key is voided for ever.',
      auth: 'service',
      params,
      answers: { 200: Payment },
      errors: ['illegalTransition'],
    },
    async ({ params: { key } }) => answer(await f.voidPayment(key)),
  )
  const capture = route(
    {
      method: 'PUT',
      path: '/payments/{key}/capture',
      rpc: 'capture_payment',
      summary: 'Take the authorised amount, or less of it; once.',
      auth: 'service',
      params,
      body: PaymentCapture,
      answers: { 200: Payment },
      errors: ['notFound', 'illegalTransition', 'conflict', 'idempotencyKeyReused'],
    },
    async ({ params: { key }, body }) => answer(await f.capturePayment(key, body.amountMinor)),
  )
  const refund = route(
    {
      method: 'PUT',
      path: '/payments/{key}/refunds/{refundKey}',
      rpc: 'refund_payment',
      summary: 'Pay back a part of what was captured.',
      auth: 'service',
      params: refundParams,
      body: PaymentRefundRequest,
      answers: { 200: PaymentRefund, 201: PaymentRefund },
      errors: ['notFound', 'illegalTransition', 'conflict', 'limitReached', 'idempotencyKeyReused'],
    },
    async ({ params: { key, refundKey }, body }) => {
      const made = await f.refundPayment(key, refundKey, body)
      return { status: made.isNew ? 201 : 200, body: made.refund }
    },
  )
  const query = route(
    {
      method: 'GET',
      path: '/payments/{key}',
      rpc: 'get_payment',
      summary: 'What became of a key; 404 when no call with it had an effect.',
      auth: 'service',
      params,
      answers: { 200: Payment },
      errors: ['notFound'],
    },
    async ({ params: { key } }) => ({ status: 200, body: paymentView(await f.queryPayment(key)) }),
  )
  return [
    withFaults('authorise', f.faults, f.held, authorise),
    withFaults('void', f.faults, f.held, cancel),
    withFaults('capture', f.faults, f.held, capture),
    withFaults('refund', f.faults, f.held, refund),
    withFaults('query', f.faults, f.held, query),
  ]
}
