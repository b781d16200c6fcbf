import type { Part } from '@toko/runtime'
import type { DeadLetters } from './dead-letters.ts'
import type { EventQueue } from './event-queue.ts'
import type { Message, MessageHandler } from './message.ts'

export interface Subscription {
  readonly queue: string
  /** Takes no more messages; resolves when deliveries under way are finished. A pool's queue stays and keeps collecting. */
  unsubscribe(): Promise<void>
}

export interface PublishOptions {
  /** Reject when no queue is bound. True by default (R3); false for announcements that nobody has to hear. */
  readonly mandatory?: boolean
}

export interface RpcCall {
  readonly service: string
  readonly method: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** The caller's headers, such as `x-idempotency-key` and `traceparent`. */
  readonly headers: Readonly<Record<string, string>>
  /** Nameko's context as its callers give it, without the prefix `nameko.`: `auth_token`, `language`, … */
  readonly context: Readonly<Record<string, string>>
  /** Oldest first, this call last; at most 11. */
  readonly callIdStack: readonly string[]
  /** True when the call may have been executed before: RPC is at least once. */
  readonly redelivered: boolean
}

export type RpcMethods = Readonly<Record<string, (call: RpcCall) => Promise<unknown>>>

export interface RequestOptions {
  /** Milliseconds to wait for the reply and until the request expires unexecuted; 5,000 by default. */
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A bus of a process, with what its owner needs beside the port. */
export interface OwnedBus extends Bus {
  /** True when nothing is under way in this process: no publish, no handler, no call. */
  idle(): boolean
}

/** Events and calls between services. Delivery is at least once: handlers decide by state (R5) and version (R8). */
export interface Bus extends Part {
  /**
   * Resolves when every bound queue has taken responsibility for the message.
   * Rejects with UnroutableError, BusBlockedError or BusClosedError (not published), ConfirmTimeoutError or
   * OutcomeUnknownError (publish again with the same id), MessageTooLargeError or InvalidMessageError (never publishable).
   */
  publish(message: Message, options?: PublishOptions): Promise<void>

  /**
   * Before or after start. A handler that rejects is tried again after 1 s, 5 s, 30 s, 2 min; after 5 failures, or at
   * once with PermanentError, its message is parked as a dead letter. 20 s without an end count as a failure.
   */
  subscribe(queue: EventQueue, handler: MessageHandler): Subscription

  /**
   * Calls a method of a service and resolves with its JSON result.
   * Rejects with UnknownServiceError, MethodNotFoundError, IncorrectSignatureError, MalformedRequestError, RemoteError,
   * RpcTimeoutError or OutcomeUnknownError (it may have been executed), TooManyPendingCallsError, BusBlockedError, BusClosedError.
   */
  request(
    target: { readonly service: string; readonly method: string },
    call: { readonly args?: readonly unknown[]; readonly kwargs?: Readonly<Record<string, unknown>> },
    options?: RequestOptions,
  ): Promise<unknown>

  /** Answers calls of `service`. What a method throws becomes an error reply; see RpcFault. */
  serve(service: string, methods: RpcMethods): Subscription

  /** Dead letters of the queues that a service consumes from, or of all queues of this bus. */
  deadLetters(service?: string): DeadLetters
}
