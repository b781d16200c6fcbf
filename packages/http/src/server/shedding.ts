import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Part } from '@toko/runtime'

export interface SheddingLimits {
  /** Requests under way beyond which new ones are refused. */
  readonly maxInFlight: number
  /** p99 of the event loop's delay over one window of 1 s. */
  readonly maxLoopDelayMs: number
}

export const defaultShedding: SheddingLimits = { maxInFlight: 250, maxLoopDelayMs: 100 }

export interface LoadGauge extends Part {
  /** True when a new request should be refused now. */
  isOverloaded(inFlight: number): boolean
}

/** Watches the event loop. A blocked loop answers everybody late, so late-comers are told to come back. */
export function loadGauge({ maxInFlight, maxLoopDelayMs }: SheddingLimits): LoadGauge {
  const histogram = monitorEventLoopDelay({ resolution: 20 })
  let timer: NodeJS.Timeout | undefined
  let isSlow = false
  return {
    name: 'load gauge',
    isOverloaded: (inFlight) => inFlight > maxInFlight || isSlow,
    start() {
      histogram.enable()
      timer = setInterval(() => {
        isSlow = histogram.percentile(99) / 1e6 - 20 > maxLoopDelayMs && histogram.count > 10
        histogram.reset()
      }, 1000)
    },
    stop() {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
