import { type Context, context, propagation, trace } from '@opentelemetry/api'
import { requestContext } from '../request-context.ts'

/** Key of the baggage and of the span attribute. It is the only baggage that the shop has. */
const orderIdKey = 'order.id'

const orderId = /^ord_[0-9a-f]{32}$/

/** The id of an order at the head of a text, such as a payment's key; undefined where there is none. */
export function orderIdIn(text: string): string | undefined {
  const head = text.slice(0, 36)
  return orderId.test(head) && (text.length === 36 || text[36] === ':') ? head : undefined
}

/**
 * Runs `work` as work about this order: its id is on the active span and on each one that starts inside, on log lines, and
 * goes along with calls and messages.
 */
export function aboutOrder<T>(id: string, work: () => T): T {
  noteOrder(id)
  const current = context.active()
  if (!trace.getSpan(current) || orderOf(current) === id) return work()
  return context.with(withOrder(current, id), work)
}

/** The request being served is about this order, as came out only now: its span and its log line say so. */
export function noteOrder(id: string): void {
  const span = trace.getActiveSpan()
  // Work that goes on after the answer is still in the context of the request's span, which has ended.
  if (span?.isRecording()) span.setAttribute(orderIdKey, id)
  const about = requestContext()?.about
  if (about) about.orderId = id
}

/** The order that the work in this context is about. */
export const orderOf = (from: Context): string | undefined => propagation.getBaggage(from)?.getEntry(orderIdKey)?.value

export const withOrder = (from: Context, id: string): Context =>
  propagation.setBaggage(from, propagation.createBaggage({ [orderIdKey]: { value: id } }))
