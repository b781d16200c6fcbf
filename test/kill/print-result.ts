import { faultKinds } from './fault-log.ts'
import { finalWithinMs, type KillResult } from './run-kill.ts'

/** Fewer, and the faults did not bite (order-protocol.md, "How to test it" 5). */
const leastUnknownShare = 0.01

/** What is wrong with a run; empty: green. */
export function faultsOf({ verdict, restMs, ownEnds, leftOver }: KillResult): string[] {
  const { history, broken, findings } = verdict
  const operations = history.attempts.ok + history.attempts.fail + history.attempts.info
  const unknownShare = history.attempts.info / operations
  return [
    ...(Object.entries(broken) as [string, readonly string[]][]).flatMap(([promise, cases]) =>
      cases.map((each) => `${promise}: ${each}`),
    ),
    ...findings.flatMap(({ id, violations }) => violations.map((each) => `${id}: ${each}`)),
    ...(unknownShare >= leastUnknownShare ? [] : [`only ${percent(unknownShare)} of the operations ended unknown`]),
    ...(history.unresolved === 0 ? [] : [`${history.unresolved} unknown outcomes were never resolved`]),
    ...(restMs === undefined ? [`not at rest ${finalWithinMs / 1000} s after the last fault`] : []),
    ...ownEnds,
    ...leftOver,
  ]
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

export function printResult(result: KillResult, seconds: number): string {
  const { faults, verdict, restMs } = result
  const { history, orders, broken, finalMs } = verdict
  const { ok, fail, info } = history.attempts
  const wrong = faultsOf(result)
  const statuses = Object.entries(orders.byStatus).map(([status, count]) => `${count} ${status}`)
  return [
    `${seconds} s of faults, seed ${verdict.seed}: ${faultKinds.map((kind) => `${faults[kind]} ${kind}`).join(', ')}`,
    `${ok + fail + info} operations: ${ok} ok, ${fail} refused, ${info} unknown (${percent(info / (ok + fail + info))}), all resolved: ${history.unresolved === 0 ? 'yes' : 'no'}`,
    `${history.sent} orders sent, ${history.acknowledged} acknowledged, ${orders.recovered} recovered; ${statuses.join(', ')}`,
    `lost ${broken.lost.length}, unexpected ${broken.unexpected.length}, doubled ${broken.doubled.length}, oversold ${broken.oversold.length}, double-charged ${broken.doubleCharged.length}, stuck ${broken.stuck.length}`,
    `at rest ${restMs === undefined ? 'not' : `${(restMs / 1000).toFixed(1)} s`} after the last fault; orders final p50 ${finalMs.p50} ms, p99 ${finalMs.p99} ms, max ${finalMs.max} ms`,
    wrong.length === 0
      ? 'green'
      : `RED\n${wrong
          .slice(0, 50)
          .map((each) => `  ${each}`)
          .join('\n')}`,
  ].join('\n')
}
