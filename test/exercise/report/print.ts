import type { Measure } from './measures.ts'
import { type Found, rankOf, type Row } from './row.ts'

const columns = ['fault', 'where', 'missed', 'alert', 'detect', 'steps', 'cause', 'named', 'right'] as const

/** A line per fault, in the order in which they came. */
export function rowLines(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    row.name,
    row.detail,
    row.breached.join(' ') || 'no breach',
    row.alert ?? 'none',
    row.detectSeconds === undefined ? '' : `${row.detectSeconds.toFixed(1)} s`,
    row.found ? String(row.found.steps) : '',
    row.found ? `${row.found.seconds.toFixed(1)} s` : '',
    namedBy(row.found),
    verdictOf(row),
  ])
  const widths = columns.map((title, n) => Math.max(title.length, ...cells.map((each) => each[n]!.length)))
  const line = (each: readonly string[]) =>
    each
      .map((text, n) => text.padEnd(widths[n]!))
      .join('  ')
      .trimEnd()
  return [line(columns), ...cells.map(line)]
}

const namedBy = (found: Found | undefined): string => {
  const [first] = found?.causes ?? []
  return first ? `${first.service}: ${first.operation}${first.errorType === null ? '' : ` (${first.errorType})`}` : ''
}

function verdictOf({ alert, breached, found, truth, mustStaySilent }: Row): string {
  if (mustStaySilent) return alert === undefined ? 'yes, silent' : 'NO, a false alert'
  if (alert === undefined) return breached.length === 0 ? 'yes, nothing to tell' : 'NO, missed'
  const rank = rankOf(found, truth)
  return rank === 1 ? 'yes' : rank > 1 ? `as no. ${rank}` : 'NO'
}

export const measureLines = (measures: readonly Measure[]): string[] =>
  measures.map(({ name, value, target, isMet }) => `${isMet ? 'ok   ' : 'MISS '} ${name}: ${value} (${target})`)
