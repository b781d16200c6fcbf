import { type Output, wrap } from '../../io/output.ts'
import type { BrokenPromises, Verdict } from '../judge/verdict.ts'
import type { Verified } from './verify-shop.ts'

const promises: readonly (readonly [keyof BrokenPromises, string])[] = [
  ['lost', 'lost'],
  ['unexpected', 'unexpected'],
  ['doubled', 'doubled'],
  ['oversold', 'oversold'],
  ['doubleCharged', 'double-charged'],
  ['stuck', 'stuck'],
]
const shownIds = 3

/** One screen for a person: what was sent, what became of it, which promises hold. */
export function printVerdict(output: Output, { verdict, faults, tookMs }: Verified, historyFile: string): void {
  const { history, orders, finalMs, broken, findings } = verdict
  const { ok, fail, info } = history.attempts
  const struck = Object.entries(faults).map(([kind, count]) => (kind === 'psp' ? 'psp' : `${kind} ${count} ×`))
  const became = Object.entries(orders.byStatus).map(([status, count]) => `${count} ${status}`)
  const percent = (share: number) => `${(share * 100).toFixed(share > 0.0995 ? 0 : 1)} %`
  const rows = [
    ['run', `${verdict.run}, seed ${verdict.seed}, faults: ${struck.join(', ') || 'none'}`],
    ['orders', `${history.sent} sent, ${history.acknowledged} acknowledged, ${history.refused} refused`],
    ['became', became.join(', ')],
    [
      'unknown',
      `${history.unknown} for a while, ${history.unresolved} still; ${orders.recovered} of them are orders, each once`,
    ],
    ['attempts', `${ok} ok, ${fail} fail, ${info} unknown (${percent(info / (ok + fail + info))})`],
    ['final after', finalLine(finalMs, percent)],
    [
      'took',
      `${seconds(tookMs.orders)} (${rate(history.sent, tookMs.orders)}), at rest ${seconds(tookMs.drain)} later`,
    ],
  ]
  if (orders.waiting > 0) rows.push(['waiting', `${orders.waiting} for their customer to pay`])
  output.line(rows.map(([name, text]) => `${name!.padEnd(14)} ${wrap(text!, ' '.repeat(15)).trimStart()}`).join('\n'))
  output.line()
  for (const [key, name] of promises) claim(output, name, broken[key])
  const failed = findings.filter(({ violations }) => violations.length > 0)
  claim(output, `${findings.length - failed.length} of ${findings.length} invariants hold`, [], failed.length === 0)
  for (const { id, what, violations } of failed) claim(output, `${id}: ${what}`, violations)
  output.line(`\nhistory: ${historyFile}`)
  output.line(
    verdict.isGreen ? output.paint('green', 'GREEN: every promise holds') : output.paint('red', redLine(verdict)),
  )
}

function claim(output: Output, name: string, cases: readonly string[], isKept = cases.length === 0): void {
  const mark = isKept ? output.paint('green', 'ok  ') : output.paint('red', 'FAIL')
  output.line(`${mark} ${name}${cases.length > 0 ? `: ${cases.length}` : ''}`)
  for (const each of cases.slice(0, shownIds)) output.line(wrap(each, '       '))
  if (cases.length > shownIds) output.line(`       … and ${cases.length - shownIds} more`)
}

function redLine({ broken, findings }: Verdict): string {
  const names = promises.filter(([key]) => broken[key].length > 0).map(([, name]) => name)
  const ids = findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id)
  return `RED: ${[...names, ...ids].join(', ')}`
}

const finalLine = (
  { count, p50, p99, max, slowest, within2s }: Verdict['finalMs'],
  percent: (share: number) => string,
) =>
  `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms; ${percent(within2s)} of ${count} within 2 s` +
  (slowest && max > 2000 ? `; slowest ${slowest}` : '')

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const rate = (count: number, ms: number) => `${Math.round((count * 1000) / Math.max(1, ms))} orders/s`
