/**
 * Matcher of the histogram bucket at this bound. Prometheus 3 stores a whole number as `30.0`, older ones as the service
 * wrote it.
 */
export const atMost = (bound: number): string =>
  Number.isInteger(bound) ? `le=~"${bound}|${bound}[.]0"` : `le="${bound}"`

/** Rate of a counter over what Grafana thinks fits the panel. */
export const rate = (selector: string): string => `rate(${selector}[$__rate_interval])`

/** Quantile of a histogram, kept apart by these labels. */
export const quantile = (q: number, bucket: string, by: readonly string[] = []): string =>
  `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (${rate(bucket)}))`
