import { decodeMessage, type Headers, type Wire } from './envelope.ts'
import type { ParkReason } from './consuming/verdict.ts'
import type { Message } from './message.ts'

export interface DeadLetter {
  /** Of the message; the same id can be parked in several queues. One that came without an id got one when it was parked. */
  readonly id: string
  readonly queue: string
  readonly type: string
  readonly subject: string
  readonly reason: ParkReason
  /** How many deliveries failed. */
  readonly attempt: number
  readonly error: { readonly name: string; readonly message: string }
  readonly parkedAt: string
}

/** With the message, or null for it when it could not be decoded; then `body` tells. */
export type ShownDeadLetter = DeadLetter & {
  readonly message: Message | null
  readonly body: string
  /** As they were published. */
  readonly headers: Headers
}

/** Messages parked for a person. Without a queue: all that were subscribed to; broadcasts of one handler have a name together too. Rejects with BusBlockedError without a broker. */
export interface DeadLetters {
  /** Oldest first within a queue, at most `limit` of each queue. */
  list(queue?: string, limit?: number): Promise<readonly DeadLetter[]>
  /** How many wait in each queue, zeros included; broadcasts of one handler together. */
  counts(): Promise<ReadonlyMap<string, number>>
  show(id: string, queue?: string): Promise<ShownDeadLetter | undefined>
  /** Puts the message back into the queue it failed in, with its original id and no failures. Resolves with how many. */
  redrive(id: string, queue?: string): Promise<number>
  /** The same for up to `limit` messages that were parked before then (RFC 3339): what fails again meanwhile is left alone. */
  redriveParkedBefore(before: string, limit: number, queue?: string): Promise<number>
  /** Forgets the message for good. Resolves with how many. */
  drop(id: string, queue?: string): Promise<number>
}

/** The oldest first. */
export const byAge = (one: DeadLetter, other: DeadLetter): number =>
  one.parkedAt < other.parkedAt ? -1 : Number(one.parkedAt > other.parkedAt)

export function shown(letter: DeadLetter, wire: Wire): ShownDeadLetter {
  let message: Message | null = null
  try {
    message = decodeMessage(wire)
  } catch {
    // then its body is all there is
  }
  return { ...letter, message, body: Buffer.from(wire.body).toString(), headers: wire.headers }
}

/** What a person needs of a failure. */
export function errorFacts(cause: unknown): DeadLetter['error'] {
  return cause instanceof Error
    ? { name: cause.name, message: cause.message }
    : { name: 'Error', message: String(cause) }
}
