import type { DeadLetter, ShownDeadLetter } from '@toko/contracts'
import { hasRole, type UserPrincipal } from '@toko/http'
import type { DeadLetter as Parked, ShownDeadLetter as ShownParked } from '@toko/messaging'

const maxBodyLength = 16 * 1024
const maxHeaderLength = 1024
/** Headers whose values describe a message. Others may hold what people typed, or a token that still works. */
const described =
  /^(cloudEvents_[a-z]+|traceparent|tracestate|nameko\.call_id_stack|x-(request-id|idempotency-key|attempt))$/

/** Facts of a parked message: ids, names and the text of its failure. */
export const viewDeadLetter = ({ attempt, error, ...letter }: Parked): DeadLetter => ({
  id: letter.id,
  queue: letter.queue,
  type: letter.type,
  subject: letter.subject,
  reason: letter.reason,
  attempts: attempt,
  error: { name: error.name, message: error.message },
  parkedAt: letter.parkedAt,
})

/**
 * With headers and body. An event that can be decoded holds ids, lines and amounts by contract; what else was parked (a
 * call, or bytes that nobody understood) may hold anything, so its body is for administrators alone.
 */
export function viewShownDeadLetter(letter: ShownParked, reader: UserPrincipal): ShownDeadLetter {
  const maySeeBody = letter.message !== null || hasRole(reader, 'admin')
  const headers = Object.entries(letter.headers).map(([name, value]) => [name, headerText(name, value)])
  return {
    ...viewDeadLetter(letter),
    headers: Object.fromEntries(headers) as ShownDeadLetter['headers'],
    body: maySeeBody ? letter.body.slice(0, maxBodyLength) : null,
    bodyBytes: Buffer.byteLength(letter.body),
  }
}

function headerText(name: string, value: unknown): string {
  if (!described.test(name)) return '[withheld]'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return (text ?? '').slice(0, maxHeaderLength)
}
