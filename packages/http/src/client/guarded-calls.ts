import { setTimeout as sleep } from 'node:timers/promises'
import { type Deadline, deadlineIn, type Logger, type Metrics, requestContext } from '@toko/runtime'
import {
  CallNotSentError,
  CallUnknownError,
  DeadlineExceededError,
  type NotSentReason,
  ProblemAnswer,
} from './call-errors.ts'
import { breakerDefaults, breakerStates, CircuitBreaker } from './circuit-breaker.ts'
import type { CallMeters } from './client-metrics.ts'
import type { Answers, CallOptions, ClientLimits } from './client-options.ts'
import { RetryBudget, retryBudgetDefaults } from './retry-budget.ts'
import { isIdempotent, isSafe, retryPauseMs, verdict } from './retry-policy.ts'
import { hopReserveMs } from './wire.ts'
import { within } from './within.ts'

/** What all attempts of a call have in common. */
export interface Built {
  readonly headers: { has(name: string): boolean; set(name: string, value: string): void }
}

export interface Attempt {
  readonly accepted: Answers
  /** For this attempt, whole milliseconds; told to the target. */
  readonly timeoutMs: number
  readonly retriesDone: number
}

/** How one transport carries a call. */
export interface Transport<B extends Built, A> {
  /** @throws CallNotSentError `invalid-request` */
  build(call: CallOptions<Answers>): B
  /** One attempt, measured. @throws CallNotSentError, CallUnknownError, ProblemAnswer */
  send(built: B, attempt: Attempt): Promise<A>
}

interface GuardOptions extends ClientLimits {
  readonly target: string
  readonly metrics: Metrics
  readonly meters: CallMeters
  readonly log: Logger
  readonly maxConcurrent: number
}

/**
 * Calls to one target over any transport: deadline, token, breaker, retries within the budget, concurrency limit. The
 * breaker and both limits are that target's.
 */
export function guardedCalls<B extends Built, A>(options: GuardOptions, transport: Transport<B, A>) {
  const { target, meters, log, maxConcurrent } = options
  const clock = options.clock ?? { now: () => performance.now() }
  const state = options.metrics.gauge('toko_breaker_state')
  const budget = new RetryBudget(clock, { ...retryBudgetDefaults, ...options.retryBudget })
  const breaker = new CircuitBreaker(clock, { ...breakerDefaults, ...options.breaker }, (changed) => {
    state.set({ target }, breakerStates[changed])
    log.warn({ target, state: changed }, 'circuit breaker')
  })
  state.set({ target }, breakerStates.closed)
  meters.retries.inc({ server_address: target }, 0)
  const underWay = new Set<Promise<unknown>>()
  let isStopped = false

  const notSent = (reason: NotSentReason, cause?: unknown) => {
    meters.notSent.inc({ server_address: target, reason })
    return reason === 'no-time-left'
      ? new DeadlineExceededError(target)
      : new CallNotSentError(reason, { target, cause })
  }

  async function addToken({ headers }: Built, deadline: Deadline): Promise<void> {
    if (!options.authorization || headers.has('authorization')) return
    try {
      const token = await within(deadline.remainingMs(), options.authorization())
      headers.set('authorization', `Bearer ${token}`)
    } catch (cause) {
      throw notSent('no-token', cause)
    }
  }

  async function attempt(built: B, call: CallOptions<Answers>, deadline: Deadline, retriesDone: number): Promise<A> {
    const timeoutMs = Math.floor(deadline.remainingMs())
    if (timeoutMs < 1) throw notSent('no-time-left')
    const settle = (call.breaker ?? isSafe(call)) ? breaker.admit() : () => {}
    if (!settle) throw notSent('breaker-open')
    try {
      const answer = await transport.send(built, { accepted: call.answer, timeoutMs, retriesDone })
      settle('worked')
      return answer
    } catch (error) {
      const answered = error instanceof ProblemAnswer || (error as CallNotSentError).reason === 'rate-limited'
      settle(answered ? 'worked' : 'failed')
      throw error
    }
  }

  async function attempts(built: B, call: CallOptions<Answers>, deadline: Deadline): Promise<A> {
    await addToken(built, deadline)
    let unknown: CallUnknownError | undefined
    for (let retriesDone = 0; ; retriesDone++) {
      try {
        return await attempt(built, call, deadline, retriesDone)
      } catch (error) {
        const pauseMs = isIdempotent(call) && !isStopped ? retryPauseMs(error, retriesDone) : undefined
        // a pause beyond the deadline is not worth its wait, and takes nothing from the budget
        const isRetried = pauseMs !== undefined && pauseMs < deadline.remainingMs() && budget.tryRetry()
        if (!isRetried) throw verdict(error, unknown, isSafe(call))
        if (error instanceof CallUnknownError) unknown = error
        await sleep(pauseMs)
        meters.retries.inc({ server_address: target })
      }
    }
  }

  return {
    async call(call: CallOptions<Answers>): Promise<A> {
      const outerMs = (call.deadline ?? requestContext()?.deadline)?.remainingMs() ?? Number.POSITIVE_INFINITY
      const deadline = deadlineIn(Math.min(call.timeoutMs ?? options.timeoutMs, outerMs - hopReserveMs))
      if (isStopped) throw notSent('stopped')
      if (underWay.size >= maxConcurrent) throw notSent('too-many-calls')
      const built = transport.build(call)
      budget.countCall()
      const running = attempts(built, call, deadline)
      underWay.add(running)
      try {
        return await running
      } finally {
        underWay.delete(running)
      }
    },
    /** Refuses new calls and waits for those under way: each ends by its own time-out. */
    async stop(): Promise<void> {
      isStopped = true
      await Promise.allSettled(underWay)
    },
  }
}
