import type { Metrics } from '@toko/runtime'

/** In the place of packages/runtime's: metrics that count nothing. */
export function createMetrics(): Metrics {
  const nothing = { inc: () => {}, set: () => {}, observe: () => {} }
  return {
    counter: () => nothing,
    gauge: () => nothing,
    observedGauge: () => {},
    histogram: () => nothing,
    render: () => Promise.resolve(''),
  }
}
