interface LogLine {
  readonly time?: string
  readonly level?: string
  readonly service?: string
  readonly msg?: string
  readonly trace_id?: string
  readonly request_id?: string
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** What is wrong with the lines of a run, whose traces are known. */
export function logFaults(lines: readonly string[], traceIds: ReadonlySet<string>): string[] {
  const requests = lines.filter((line) => line.includes('"msg":"request"'))
  if (requests.length === 0) return ['no request was logged']
  return lines.flatMap((line) => {
    const parsed = parse(line)
    if (!parsed) return [`not a JSON line: ${line.slice(0, 160)}`]
    const { time, level, service, msg, trace_id, request_id } = parsed
    const isWhole =
      levels.includes(level ?? '') && service && msg !== undefined && !Number.isNaN(Date.parse(time ?? ''))
    const isTraced = request_id === undefined || /^[0-9a-f]{32}$/.test(trace_id ?? '')
    return [
      ...(isWhole ? [] : [`without time, level, service or msg: ${line.slice(0, 160)}`]),
      ...(isTraced ? [] : [`of a request, without its trace id: ${line.slice(0, 160)}`]),
      ...(trace_id === undefined || traceIds.has(trace_id)
        ? []
        : [`of a trace that never came: ${line.slice(0, 160)}`]),
    ]
  })
}

function parse(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine
  } catch {
    return undefined
  }
}
