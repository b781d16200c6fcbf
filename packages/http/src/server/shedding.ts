import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Part } from '@toko/runtime'

export interface SheddingLimits {
  /** Requests under way beyond which new ones are refused. */
  readonly maxInFlight: number
  /** Mean delay of the event loop over one window of 1 s. (Of the 50 samples in it, a p99 would be the single worst.) */
  readonly maxLoopDelayMs: number
}

export interface LoadGauge extends Part {
  /** True when a new request should be refused now. */
  isOverloaded(inFlight: number): boolean
}

const resolutionMs = 20

/** Watches the event loop. A loop that stays slow answers everybody late, so late-comers are told to come back. */
export function loadGauge({ maxInFlight, maxLoopDelayMs }: SheddingLimits): LoadGauge {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  let timer: NodeJS.Timeout | undefined
  let isSlow = false
  return {
    name: 'load gauge',
    isOverloaded: (inFlight) => inFlight > maxInFlight || isSlow,
    start() {
      histogram.enable()
      timer = setInterval(() => {
        isSlow = histogram.count > 0 && histogram.mean / 1e6 - resolutionMs > maxLoopDelayMs
        histogram.reset()
      }, 1000)
    },
    stop() {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
