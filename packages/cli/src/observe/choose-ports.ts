import { freePort, isFree } from '../split/free-port.ts'

/** Where people and the shop reach the three, and between themselves. */
export interface ObservePorts {
  readonly otlpHttp: number
  readonly otlpGrpc: number
  readonly prometheus: number
  readonly jaeger: number
  readonly collectorMetrics: number
  readonly jaegerMetrics: number
  readonly jaegerOtlp: number
  readonly jaegerGrpc: number
}

/** What everybody expects, and tools have as their default. */
const wellKnown: Partial<ObservePorts> = { otlpHttp: 4318, otlpGrpc: 4317, prometheus: 9090, jaeger: 16_686 }
const names: readonly (keyof ObservePorts)[] = [
  'otlpHttp',
  'otlpGrpc',
  'prometheus',
  'jaeger',
  'collectorMetrics',
  'jaegerMetrics',
  'jaegerOtlp',
  'jaegerGrpc',
]

/** Well-known ports where they are free, others where not. */
export async function choosePorts(): Promise<ObservePorts> {
  const taken = new Set<number>()
  const chosen: Partial<Record<keyof ObservePorts, number>> = {}
  for (const name of names) {
    const known = wellKnown[name]
    const isKnownFree = known !== undefined && (await isFree(known))
    chosen[name] = isKnownFree ? known : await freePort(taken)
  }
  return chosen as ObservePorts
}
