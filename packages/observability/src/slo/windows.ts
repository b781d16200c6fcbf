/** Alerts when both windows burn the error budget this many times faster than the objective allows. */
export interface BurnWindow {
  readonly long: string
  readonly short: string
  readonly burnRate: number
  readonly severity: 'page' | 'ticket'
}

/** How long things may last before somebody hears of them. */
export interface Pace {
  readonly name: 'production' | 'demo' | 'exercise'
  readonly windows: readonly BurnWindow[]
  /** Seconds between two evaluations of the rules. */
  readonly everySeconds: number
  /** What an alert of causes waits, in seconds, from what production waits. */
  readonly patience: (productionSeconds: number) => number
  /** Window over which causes are counted, from its minutes in production. */
  readonly over: (productionMinutes: number) => string
}

const minutes = (count: number): string => `${count}m`

/** The table of the SRE workbook: 2 %, 5 %, 10 % and 10 % of the budget of 30 days. */
export const production: Pace = {
  name: 'production',
  windows: [
    { long: '1h', short: '5m', burnRate: 14.4, severity: 'page' },
    { long: '6h', short: '30m', burnRate: 6, severity: 'page' },
    { long: '1d', short: '2h', burnRate: 3, severity: 'ticket' },
    { long: '3d', short: '6h', burnRate: 1, severity: 'ticket' },
  ],
  everySeconds: 30,
  patience: (seconds) => seconds,
  over: minutes,
}

/** The same in minutes, to see an alert come and go on a laptop. It is too nervous for a shop that people use. */
export const demo: Pace = {
  name: 'demo',
  windows: [
    { long: '5m', short: '1m', burnRate: 14.4, severity: 'page' },
    { long: '15m', short: '3m', burnRate: 6, severity: 'page' },
    { long: '30m', short: '6m', burnRate: 3, severity: 'ticket' },
    { long: '1h', short: '12m', burnRate: 1, severity: 'ticket' },
  ],
  everySeconds: 15,
  patience: (seconds) => Math.min(seconds, Math.max(15, Math.round(seconds / 10))),
  over: minutes,
}

/** In seconds, for make faults alone: a shop that is scraped every second, with a fault every half minute. */
export const exercise: Pace = {
  name: 'exercise',
  windows: [
    { long: '20s', short: '6s', burnRate: 14.4, severity: 'page' },
    { long: '40s', short: '12s', burnRate: 6, severity: 'page' },
  ],
  everySeconds: 1,
  patience: (seconds) => Math.max(2, Math.round(seconds / 15)),
  over: (count) => `${Math.max(10, 2 * count)}s`,
}

/** Those whose rules are committed, and tested by promtool. */
export const paces = [production, demo] as const

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Of a duration with one unit, as `30m`. */
export function secondsOf(duration: string): number {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? []
  const seconds = unitSeconds[unit]
  if (seconds === undefined) throw new Error(`"${duration}" is no duration with one unit`)
  return Number(number) * seconds
}

/** Every window of a pace once, the shortest first. */
export function windowsOf({ windows }: Pace): string[] {
  const all = windows.flatMap(({ long, short }) => [long, short])
  return [...new Set(all)].toSorted((a, b) => secondsOf(a) - secondsOf(b))
}
