/** What the standard OTEL_* variables ask for. */
export interface Settings {
  readonly isOn: boolean
  /** One line per malformed variable; with any of them tracing stays off. */
  readonly faults: readonly string[]
  /** True when somebody named the service: then that name is everybody's. */
  readonly hasServiceName: boolean
}

export type Variables = Readonly<Record<string, string | undefined>>

const exporters = ['otlp', 'console', 'zipkin', 'none']
const protocols = ['http/protobuf', 'http/json', 'grpc']
const samplers = ['always_on', 'always_off', 'traceidratio'].flatMap((name) => [name, `parentbased_${name}`])
const compressions = ['gzip', 'none']
const propagators = ['tracecontext', 'baggage', 'b3', 'b3multi', 'none']

type Check = (value: string) => string | undefined

const listOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    value.split(',').every((item) => allowed.includes(item.trim())) ? undefined : `expected ${allowed.join(', ')}`

const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value) ? undefined : `expected one of ${allowed.join(', ')}`

const httpUrl: Check = (value) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? undefined : 'expected an http(s) URL'

const wholeNumber: Check = (value) => (/^\d{1,9}$/.test(value) ? undefined : 'expected a whole number')

/** The SDK drops the whole variable for one bad entry (observability.md, "Versions"). */
const pairs: Check = (value) => {
  const bad = value.split(',').find((item) => !/^\s*[^\s=,]+\s*=[^=,]*$/.test(item) || !isDecodable(item))
  return bad === undefined ? undefined : `expected key=value pairs joined by commas, not ${JSON.stringify(bad)}`
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const checks: readonly (readonly [string | RegExp, Check])[] = [
  ['OTEL_SDK_DISABLED', oneOf(['true', 'false'])],
  ['OTEL_TRACES_EXPORTER', listOf(exporters)],
  [/^OTEL_EXPORTER_OTLP_(TRACES_)?ENDPOINT$/, httpUrl],
  [/^OTEL_EXPORTER_OTLP_(TRACES_)?PROTOCOL$/, oneOf(protocols)],
  [/^OTEL_EXPORTER_OTLP_(TRACES_)?HEADERS$/, (value) => (value.includes('=') ? undefined : 'expected key=value pairs')],
  [/^OTEL_EXPORTER_OTLP_(TRACES_)?TIMEOUT$/, wholeNumber],
  [/^OTEL_EXPORTER_OTLP_(TRACES_)?COMPRESSION$/, oneOf(compressions)],
  [/^OTEL_BSP_(SCHEDULE_DELAY|EXPORT_TIMEOUT|MAX_QUEUE_SIZE|MAX_EXPORT_BATCH_SIZE)$/, wholeNumber],
  ['OTEL_TRACES_SAMPLER', oneOf(samplers)],
  ['OTEL_TRACES_SAMPLER_ARG', (value) => (Number(value) >= 0 && Number(value) <= 1 ? undefined : 'expected 0 to 1')],
  ['OTEL_PROPAGATORS', listOf(propagators)],
  ['OTEL_RESOURCE_ATTRIBUTES', pairs],
]

/** Reads the OTEL_* variables. The specification lets an SDK ignore what it can't read; here it is told. */
export function readSettings(env: Variables): Settings {
  const faults = Object.entries(env).flatMap(([name, value]) => {
    if (!value || !name.startsWith('OTEL_')) return []
    const check = checks.find(([key]) => (typeof key === 'string' ? key === name : key.test(name)))?.[1]
    const fault = check?.(value.trim())
    // Headers hold credentials: never shown.
    const shown = name.endsWith('_HEADERS') ? '' : ` ${JSON.stringify(value)}`
    return fault === undefined ? [] : [`${name}${shown}: ${fault}`]
  })
  const exporter = env['OTEL_TRACES_EXPORTER']?.trim()
  const hasEndpoint = Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])
  const isWanted = exporter ? exporter !== 'none' : hasEndpoint
  const isDisabled = env['OTEL_SDK_DISABLED']?.trim() === 'true'
  return {
    isOn: isWanted && !isDisabled && faults.length === 0,
    faults: isDisabled ? [] : faults,
    hasServiceName:
      Boolean(env['OTEL_SERVICE_NAME']) || /(^|,)\s*service\.name\s*=/.test(env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
  }
}
