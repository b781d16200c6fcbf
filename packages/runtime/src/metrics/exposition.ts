export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
export const plainTextType = 'text/plain; version=0.0.4; charset=utf-8'

/** Prometheus asks for OpenMetrics, which alone has exemplars; a person's curl does not. */
export const wantsOpenMetrics = (accept: string | undefined): boolean =>
  accept !== undefined && accept.includes('application/openmetrics-text')

/**
 * The same metrics in Prometheus's text format: without exemplars and end mark, counters with their whole name.
 * prom-client renders a registry in one format alone, and renames its counters for OpenMetrics.
 */
export const plainText = (openMetrics: string): string =>
  openMetrics
    .replaceAll(/^# HELP (\S+) (.*)\n# TYPE \1 counter$/gm, '# HELP $1_total $2\n# TYPE $1_total counter')
    .replaceAll(/ # \{[^{}]*\} \S+ \S+$/gm, '')
    .replace(/# EOF\n$/, '')
