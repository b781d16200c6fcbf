import { decodeMessage, type Wire } from './envelope.ts'
import type { ParkReason } from './consuming/verdict.ts'
import type { Message } from './message.ts'

export interface DeadLetter {
  /** Of the message; the same id can be parked in several queues. */
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
export type ShownDeadLetter = DeadLetter & { readonly message: Message | null; readonly body: string }

/** Messages parked for a person. Without a queue: all queues that this bus has subscribed to. */
export interface DeadLetters {
  /** Oldest first within a queue. */
  list(queue?: string): Promise<readonly DeadLetter[]>
  show(id: string, queue?: string): Promise<ShownDeadLetter | undefined>
  /** Puts the message back into the queue it failed in, with its original id and no failures. Resolves with how many. */
  redrive(id: string, queue?: string): Promise<number>
  /** Forgets the message for good. Resolves with how many. */
  drop(id: string, queue?: string): Promise<number>
}

export function shown(letter: DeadLetter, wire: Wire): ShownDeadLetter {
  let message: Message | null = null
  try {
    message = decodeMessage(wire)
  } catch {
    // then its body is all there is
  }
  return { ...letter, message, body: Buffer.from(wire.body).toString() }
}

/** What a person needs of a failure. */
export function errorFacts(cause: unknown): DeadLetter['error'] {
  return cause instanceof Error
    ? { name: cause.name, message: cause.message }
    : { name: 'Error', message: String(cause) }
}
