import {
  AcceptedOrder,
  Cancellation,
  Order,
  OrderReturn,
  PaymentAttempt,
  Problem,
  Refund,
  Shipment,
} from '@toko/contracts'
import { type Answers, CallError, CallNotSentError, ProblemAnswer } from '@toko/http'
import type { Op, Outcome } from '../history/record.ts'

/** What one attempt told. */
export interface Told {
  readonly outcome: Outcome
  readonly status: number | null
  readonly orderId: string | null
  readonly madeId?: string
  readonly reason?: string
  readonly body: Readonly<Record<string, unknown>>
  /** It did not happen now, but the same request may work later. */
  readonly isPassing: boolean
  readonly retryAfterMs: number
}

/** Problems are answers too: some of them name an order that was made. */
const refusals = { 402: Problem, 409: Problem }
const made = <T extends ZodAnswer>(schema: T) => ({ ...refusals, 200: schema, 201: schema, 202: schema })
type ZodAnswer = NonNullable<Answers[number]>

/** What each act may be answered; anything else leaves its outcome unknown. */
export const answersOf: Readonly<Record<Op, Readonly<Record<number, ZodAnswer>>>> = {
  place: { ...refusals, 201: Order, 202: AcceptedOrder },
  pay: made(PaymentAttempt),
  cancel: made(Cancellation),
  ship: made(Shipment),
  deliver: made(Shipment),
  refund: made(Refund),
  return: made(OrderReturn),
}

const text = (value: unknown) => (typeof value === 'string' ? value : null)
const nothing = { orderId: null, body: {}, isPassing: false, retryAfterMs: 0 }

/** Refusals that pass by themselves; a conflict does when the shop says when to ask again. */
const passingCodes: ReadonlySet<string> = new Set(['limit-reached', 'request-in-progress'])

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly retryAfterMs: number
}

/** Sorts an answer. A problem that names the order is an acknowledgement: the order exists and ended so. */
export function toldByAnswer(op: Op, { status, body, retryAfterMs }: Answer): Told {
  const told = { ...nothing, status, body, retryAfterMs }
  if (status < 300) {
    const id = text(body['id'])
    return { ...told, outcome: 'ok', ...(op === 'place' ? { orderId: id } : id ? { madeId: id } : {}) }
  }
  const reason = text(body['code']) ?? String(status)
  const orderId = text(body['orderId'])
  if (op === 'place' && orderId) return { ...told, outcome: 'ok', orderId, reason }
  // The attempt to pay was made, and the card said no.
  if (op === 'pay' && reason === 'payment-declined') return { ...told, outcome: 'ok', reason }
  const isPassing = passingCodes.has(reason) || (reason === 'conflict' && retryAfterMs > 0)
  return { ...told, outcome: 'fail', reason, isPassing }
}

/** Sorts what the client threw: its errors know whether something can have happened. @throws what is no failure of a call */
export function toldByError(error: unknown): Told {
  if (error instanceof ProblemAnswer) {
    const { status, code, problem } = error
    // 401: the token ran out on the way; the next attempt brings a new one.
    return { ...nothing, outcome: 'fail', status, reason: code, body: problem, isPassing: status === 401 }
  }
  if (!(error instanceof CallError)) throw error
  const { status = null, reason, retryAfterMs = 0 } = error
  const outcome = error instanceof CallNotSentError ? 'fail' : 'info'
  return { ...nothing, outcome, status, reason, isPassing: true, retryAfterMs }
}
