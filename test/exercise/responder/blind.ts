import { readFileSync } from 'node:fs'
import type { Alert, Cause } from './signals.ts'
import type { Response } from './respond.ts'

interface Line {
  readonly service: string
  readonly atMs: number
  readonly text: string
  readonly errorType: string | null
  /** Who was called, where the line says so. */
  readonly called: string | undefined
}

const troubles = new Set(['warn', 'error', 'fatal'])
const services = ['user', 'product', 'order', 'payment'] as const
const mostLogs = 12
const recentMs = 20_000

/**
 * The same alert without traces and metrics: the log of the service that it names, then the logs of those whom its lines
 * name, until a log speaks of nobody else. A step is a log that is opened, or a kind of line that has to be read.
 */
export function respondBlind(alert: Alert, logOf: (service: string) => string): Response {
  const startedMs = performance.now()
  const sinceMs = Date.parse(alert.activeAt) - recentMs
  const named = alert.labels['service']
  const open = named === undefined ? [...services] : [named]
  const [read, causes] = [new Set<string>(), [] as Cause[]]
  let steps = 0
  while (open.length > 0 && read.size < mostLogs) {
    const service = open.shift()!
    if (read.has(service)) continue
    read.add(service)
    steps++
    const lines = linesOf(logOf(service), sinceMs)
    const kinds = [...Map.groupBy(lines, ({ text }) => text).values()].toSorted((a, b) => b.length - a.length)
    steps += kinds.length
    for (const [first] of kinds) {
      const { called, text, errorType } = first!
      if (called !== undefined && !read.has(called)) open.push(called)
      causes.push({ service: called ?? service, operation: text, errorType })
    }
  }
  // The deepest log that spoke at all names it.
  const told = causes.toReversed().slice(0, 3)
  return { causes: told, steps, seconds: (performance.now() - startedMs) / 1000 }
}

function linesOf(file: string, sinceMs: number): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => lineOf(text) ?? [])
    .filter(({ atMs }) => atMs >= sinceMs)
}

function lineOf(text: string): Line | undefined {
  try {
    const told = JSON.parse(text) as Record<string, unknown> & { err?: { message?: string; type?: string } }
    const isTrouble = troubles.has(String(told['level'])) || Number(told['status']) >= 500
    if (!isTrouble) return undefined
    const { message = '', type } = told.err ?? {}
    return {
      service: String(told['service']),
      atMs: new Date(told['time'] as string).getTime(),
      text: [told['msg'], told['method'], told['route'], type].filter(Boolean).join(' '),
      errorType: type ?? (told['error.type'] as string | undefined) ?? null,
      called: /([a-z]+)-service: /.exec(message)?.[1],
    }
  } catch {
    return undefined
  }
}
