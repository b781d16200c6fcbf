import { type Output, table } from '../io/output.ts'
import type { ServiceState } from './service-state.ts'

const head = ['service', 'req/s', 'err', 'p50', 'p99', 'now', 'loop', 'MB', 'outbox', 'bus', 'dead', 'breakers']

/** The table for a person, within 80 columns while numbers are small. */
export function topLines(output: Output, states: readonly ServiceState[]): string {
  const rows = states.filter(({ fault }) => fault === null).map((state) => rowOf(output, state))
  const away = states.flatMap(({ service, fault }) =>
    fault === null ? [] : [output.paint('red', `${service}: ${fault}`)],
  )
  return [table(rows, head), ...away].join('\n')
}

function rowOf(output: Output, state: ServiceState): string[] {
  const { service, openBreakers, deadLetters, errorShare, busConnected, busPending } = state
  const red = (text: string, isBad: boolean) => (isBad ? output.paint('red', text) : text)
  const bus = busConnected === false ? 'away' : shown(busPending)
  return [
    service,
    shown(state.requestsPerSecond, (value) => value.toFixed(value < 10 ? 1 : 0)),
    red(shown(errorShare, percent), (errorShare ?? 0) > 0),
    shown(state.p50Seconds, time),
    shown(state.p99Seconds, time),
    shown(state.inFlight),
    shown(state.eventLoopUtilization, percent),
    shown(state.memoryBytes, (bytes) => String(Math.round(bytes / 1_048_576))),
    state.outboxPending === 0 ? '0' : `${shown(state.outboxPending)} ${shown(state.outboxAgeSeconds, time)}`,
    red(bus, busConnected === false),
    red(shown(deadLetters), (deadLetters ?? 0) > 0),
    red(openBreakers.join(' ') || '-', openBreakers.length > 0),
  ]
}

const shown = (value: number | null, write: (value: number) => string = String): string =>
  value === null ? '-' : write(value)

const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`

const time = (seconds: number): string => {
  if (seconds >= 100) return `${Math.round(seconds)}s`
  return seconds >= 1 ? `${seconds.toFixed(1)}s` : `${Math.round(seconds * 1000)}ms`
}
