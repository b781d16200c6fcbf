import { setTimeout as sleep } from 'node:timers/promises'
import { trace } from '@opentelemetry/api'
import { type Deadline, deadlineIn, requestContext } from '@toko/runtime'
import { type BuiltRequest, buildRequest } from './build-request.ts'
import {
  CallNotSentError,
  CallUnknownError,
  DeadlineExceededError,
  type NotSentReason,
  ProblemAnswer,
} from './call-errors.ts'
import { breakerDefaults, breakerStates, CircuitBreaker } from './circuit-breaker.ts'
import { clientMetrics } from './client-metrics.ts'
import type { Answers, CallAnswer, CallOptions, HttpClient, HttpClientOptions } from './client-options.ts'
import { connectionPool } from './connection-pool.ts'
import { RetryBudget, retryBudgetDefaults } from './retry-budget.ts'
import { isIdempotent, isSafe, retryPauseMs, verdict } from './retry-policy.ts'
import { sendAttempt, type Sender } from './send-attempt.ts'
import { hopReserveMs } from './wire.ts'
import { within } from './within.ts'

/** One client per called service: its connections, breaker, retry budget and concurrency limit are that target's. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { target, log, maxConcurrent = 100 } = options
  const clock = options.clock ?? { now: () => performance.now() }
  const metrics = clientMetrics(options.metrics)
  const pool = connectionPool(new URL(options.baseUrl).protocol, maxConcurrent)
  const tracer = trace.getTracer(`toko/${options.name}`)
  const sender: Sender = { target, pool, metrics, tracer, maxAnswerBytes: options.maxAnswerBytes ?? 1_048_576 }
  const budget = new RetryBudget(clock, { ...retryBudgetDefaults, ...options.retryBudget })
  const breaker = new CircuitBreaker(clock, { ...breakerDefaults, ...options.breaker }, (state) => {
    metrics.breakerState.set({ target }, breakerStates[state])
    log.warn({ target, state }, 'circuit breaker')
  })
  metrics.breakerState.set({ target }, breakerStates.closed)
  metrics.retries.inc({ server_address: target }, 0)
  const underWay = new Set<Promise<unknown>>()
  let isStopped = false

  const notSent = (reason: NotSentReason, cause?: unknown) => {
    metrics.notSent.inc({ server_address: target, reason })
    return reason === 'no-time-left'
      ? new DeadlineExceededError(target)
      : new CallNotSentError(reason, { target, cause })
  }

  async function addToken({ headers }: BuiltRequest, deadline: Deadline): Promise<void> {
    if (!options.authorization || headers.has('authorization')) return
    try {
      const token = await within(deadline.remainingMs(), options.authorization())
      headers.set('authorization', `Bearer ${token}`)
    } catch (cause) {
      throw notSent('no-token', cause)
    }
  }

  async function attempt(request: BuiltRequest, call: CallOptions<Answers>, deadline: Deadline, retriesDone: number) {
    const timeoutMs = Math.floor(deadline.remainingMs())
    if (timeoutMs < 1) throw notSent('no-time-left')
    const settle = (call.breaker ?? isSafe(call)) ? breaker.admit() : () => {}
    if (!settle) throw notSent('breaker-open')
    try {
      const answer = await sendAttempt(sender, { request, accepted: call.answer, timeoutMs, retriesDone })
      settle('worked')
      return answer
    } catch (error) {
      const answered = error instanceof ProblemAnswer || (error as CallNotSentError).reason === 'rate-limited'
      settle(answered ? 'worked' : 'failed')
      throw error
    }
  }

  async function attempts(request: BuiltRequest, call: CallOptions<Answers>, deadline: Deadline) {
    await addToken(request, deadline)
    let unknown: CallUnknownError | undefined
    for (let retriesDone = 0; ; retriesDone++) {
      try {
        return await attempt(request, call, deadline, retriesDone)
      } catch (error) {
        const pauseMs = isIdempotent(call) && !isStopped ? retryPauseMs(error, retriesDone) : undefined
        // a pause beyond the deadline is not worth its wait, and takes nothing from the budget
        const isRetried = pauseMs !== undefined && pauseMs < deadline.remainingMs() && budget.tryRetry()
        if (!isRetried) throw verdict(error, unknown, isSafe(call))
        if (error instanceof CallUnknownError) unknown = error
        await sleep(pauseMs)
        metrics.retries.inc({ server_address: target })
      }
    }
  }

  return {
    name: `http client of ${target}`,
    async call<const A extends Answers>(call: CallOptions<A>): Promise<CallAnswer<A>> {
      const outerMs = (call.deadline ?? requestContext()?.deadline)?.remainingMs() ?? Number.POSITIVE_INFINITY
      const deadline = deadlineIn(Math.min(call.timeoutMs ?? options.timeoutMs, outerMs - hopReserveMs))
      if (isStopped) throw notSent('stopped')
      if (underWay.size >= maxConcurrent) throw notSent('too-many-calls')
      const request = buildRequest(options, call)
      budget.countCall()
      const running = attempts(request, call, deadline)
      underWay.add(running)
      try {
        return (await running) as CallAnswer<A>
      } finally {
        underWay.delete(running)
      }
    },
    async stop() {
      isStopped = true
      await Promise.allSettled(underWay) // each ends by its own time-out
      pool.destroy()
    },
  }
}
