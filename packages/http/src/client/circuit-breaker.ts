import type { Clock } from '@toko/runtime'
import { OutcomeWindow } from './outcome-window.ts'

export interface BreakerOptions {
  readonly windowMs: number
  /** Fewer calls than this in the window never open it: one failure at night is not an outage. */
  readonly minCalls: number
  readonly failureRatio: number
  /** It stays open between min and max, drawn anew each time so that replicas do not probe together. */
  readonly openMinMs: number
  readonly openMaxMs: number
}

export const breakerDefaults: BreakerOptions = {
  windowMs: 10_000,
  minCalls: 20,
  failureRatio: 0.5,
  openMinMs: 1000,
  openMaxMs: 5000,
}

/** The values of the metric `toko_breaker_state`. */
export const breakerStates = { closed: 0, 'half-open': 1, open: 2 } as const
export type BreakerState = keyof typeof breakerStates

/** Tells how an admitted call ended. */
export type Settle = (outcome: 'worked' | 'failed') => void

/** Opens when most calls of the window fail, then lets one probe through; its outcome closes or opens it again. */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #options: BreakerOptions
  readonly #onChange: (state: BreakerState) => void
  readonly #window: OutcomeWindow
  #state: BreakerState = 'closed'
  #probeAt = 0
  /** Grows at each change: an outcome of a call from before the change must not count after it. */
  #epoch = 0

  constructor(clock: Clock, options: BreakerOptions, onChange: (state: BreakerState) => void) {
    this.#clock = clock
    this.#options = options
    this.#onChange = onChange
    this.#window = new OutcomeWindow(options.windowMs)
  }

  /** Admits a call, or returns undefined when it must not be sent. Every admitted call is settled once. */
  admit(): Settle | undefined {
    if (this.#state === 'half-open') return undefined
    if (this.#state === 'open') {
      if (this.#clock.now() < this.#probeAt) return undefined
      this.#change('half-open')
    }
    const epoch = this.#epoch
    return (outcome) => {
      if (epoch !== this.#epoch) return
      if (this.#state === 'closed') this.#count(outcome === 'failed')
      else if (outcome === 'failed') this.#open()
      else this.#change('closed')
    }
  }

  #count(failed: boolean): void {
    const { calls, failures } = this.#window.add(this.#clock.now(), failed)
    const { minCalls, failureRatio } = this.#options
    if (failed && calls >= minCalls && failures >= calls * failureRatio) this.#open()
  }

  #open(): void {
    const { openMinMs, openMaxMs } = this.#options
    this.#probeAt = this.#clock.now() + openMinMs + Math.random() * (openMaxMs - openMinMs)
    this.#change('open')
  }

  #change(state: BreakerState): void {
    this.#state = state
    this.#epoch++
    this.#window.clear()
    this.#onChange(state)
  }
}
