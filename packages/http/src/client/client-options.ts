import type { Clock, Deadline, Logger, Metrics, Part } from '@toko/runtime'
import type { ZodType, z } from 'zod'
import type { BreakerOptions } from './circuit-breaker.ts'
import type { RetryBudgetOptions } from './retry-budget.ts'

/** What every transport keeps to. */
export interface ClientLimits {
  /** The token of this service, asked for per call; sent as `Bearer` unless the call brings its own authorization. */
  readonly authorization?: () => Promise<string>
  /** For a whole call: token, every attempt, the pauses between them and the bodies. */
  readonly timeoutMs: number
  /** Calls under way at a time; one more fails at once. Default 100. */
  readonly maxConcurrent?: number
  readonly breaker?: Partial<BreakerOptions>
  readonly retryBudget?: Partial<RetryBudgetOptions>
  /** Of breaker and budget; default is monotonic. */
  readonly clock?: Clock
}

export interface HttpClientOptions extends ClientLimits {
  /** The calling service. */
  readonly name: string
  /** The called service, `payment-service`: metric label and span attribute `server.address`. */
  readonly target: string
  readonly baseUrl: string
  readonly metrics: Metrics
  readonly log: Logger
  /** Largest answer in bytes. Default 1 MiB. */
  readonly maxAnswerBytes?: number
}

/** Accepted statuses with the schema of their JSON body; null for a body that is of no interest. */
export type Answers = Readonly<Record<number, ZodType | null>>

/** One of the accepted answers: `status` tells which, and so the type of `body`. */
export type CallAnswer<A extends Answers> = {
  [S in keyof A & number]: {
    readonly status: S
    readonly body: A[S] extends ZodType ? z.output<A[S]> : null
    readonly headers: { get(name: string): string | null }
  }
}[keyof A & number]

export type Method = 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST' | 'PATCH'

export interface CallOptions<A extends Answers> {
  readonly method: Method
  /** Template, `/users/{id}`: names spans and metrics, so it must hold no ids itself. */
  readonly path: string
  readonly params?: Readonly<Record<string, string | number>>
  /** An undefined value leaves its parameter out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Default: the deadline of the request being served. */
  readonly deadline?: Deadline | undefined
  /** Whether it may be retried. Default: GET, HEAD, PUT, DELETE; set it for a POST with an Idempotency-Key. */
  readonly idempotent?: boolean
  /** Whether the circuit breaker guards and counts this call. Default: GET and HEAD. */
  readonly breaker?: boolean
  readonly answer: A
}

/** The one client for calls between services. It is a part: stop() lets calls under way end and closes connections. */
export interface HttpClient extends Part {
  /**
   * @throws CallNotSentError (DeadlineExceededError): certainly no effect
   * @throws CallUnknownError the effect is unknown
   * @throws ProblemAnswer a 4xx problem document that is not among the accepted answers: certainly no effect
   */
  call<const A extends Answers>(options: CallOptions<A>): Promise<CallAnswer<A>>
}

/** A call that either transport carries: `rpc` names the target's method, whose kwargs are params, query and body together. */
export interface ServiceCall<A extends Answers> extends CallOptions<A> {
  readonly rpc: string
}

/** The port for calls between services, over HTTP or RPC: the same errors, retries and limits, and the same body. */
export interface ServiceClient extends Part {
  /** @throws as HttpClient.call */
  call<const A extends Answers>(call: ServiceCall<A>): Promise<{ readonly body: CallAnswer<A>['body'] }>
}
