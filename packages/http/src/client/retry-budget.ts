import type { Clock } from '@toko/runtime'

export interface RetryBudgetOptions {
  /** Retries earned by each call; 0.1 = 10 %. */
  readonly ratio: number
  readonly perSecond: number
  /** Most retries that can be saved up, so a long healthy time does not pay for a storm. */
  readonly capacity: number
}

/** kubernetes.md: 10 % of calls + 3/s per target. */
export const retryBudgetDefaults: RetryBudgetOptions = { ratio: 0.1, perSecond: 3, capacity: 10 }

/**
 * Token bucket per target: keeps the requests to a failing target ≤ 1.1 × the calls + 3 per started second
 * (+ what a healthy time saved up, at most `capacity`).
 */
export class RetryBudget {
  readonly #clock: Clock
  readonly #options: RetryBudgetOptions
  #tokens: number
  #filledAt: number

  constructor(clock: Clock, options: RetryBudgetOptions = retryBudgetDefaults) {
    this.#clock = clock
    this.#options = options
    this.#tokens = Math.min(options.perSecond, options.capacity)
    this.#filledAt = clock.now()
  }

  /** Every call, once, retried or not. */
  countCall(): void {
    this.#add(this.#options.ratio)
  }

  /** Takes one retry out of the budget; false when it is spent. */
  tryRetry(): boolean {
    const now = this.#clock.now()
    this.#add((Math.max(0, now - this.#filledAt) / 1000) * this.#options.perSecond)
    this.#filledAt = now
    // ten times 0.1 is 0.9999999999999999
    if (this.#tokens < 1 - 1e-9) return false
    this.#tokens = Math.max(0, this.#tokens - 1)
    return true
  }

  #add(tokens: number): void {
    this.#tokens = Math.min(this.#options.capacity, this.#tokens + tokens)
  }
}
