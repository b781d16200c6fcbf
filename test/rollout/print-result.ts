import type { RolloutResult } from './run-rollout.ts'

export interface Demands {
  readonly leastRequests: number
  /** Whether the steps held an upgrade: then somebody must have met the next version. */
  readonly upgrades: boolean
}

/** What is wrong with a run; empty: green. */
export function faultsOf(
  { failures, requests, steps, byNextVersion, verdict }: RolloutResult,
  { leastRequests, upgrades }: Demands,
): string[] {
  const { history, broken, findings } = verdict
  return [
    ...(failures.length > 0 ? [`${failures.length} requests failed`] : []),
    ...(requests < leastRequests ? [`${requests} requests, ${leastRequests} were to be sent`] : []),
    ...steps.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name}: ${fault}`])),
    ...(history.acknowledged === history.sent
      ? []
      : [`${history.sent - history.acknowledged} orders were not acknowledged`]),
    ...(upgrades && byNextVersion === 0 ? ['no order was placed at the next version: the upgrade showed nothing'] : []),
    ...(Object.entries(broken) as [string, readonly string[]][]).flatMap(([promise, cases]) =>
      cases.map((each) => `${promise}: ${each}`),
    ),
    ...findings.flatMap(({ id, violations }) => violations.map((each) => `${id}: ${each}`)),
  ]
}

const shownFailures = 3
const shownFaults = 30

/** One screen: what was sent, what was done meanwhile, what failed first of each kind, what became of the orders. */
export function printResult(result: RolloutResult, demands: Demands): string {
  const { rate, seconds, requests, fresh, operations, failures, latestMs, p50, p99, steps, verdict } = result
  const { history, orders, broken } = verdict
  const wrong = faultsOf(result, demands)
  const statuses = Object.entries(orders.byStatus).map(([status, count]) => `${count} ${status}`)
  return [
    `${requests} requests in ${seconds} s, ${rate} a second at fixed times, ${fresh} over connections of their own; sent ${latestMs} ms late at worst`,
    `p50 ${p50} ms, p99 ${p99} ms; ${failures.length} failed`,
    ...operations.map(
      ({ op, sent, failed, p99: ofOp }) =>
        `  ${op.padEnd(30)} ${String(sent).padStart(6)}, p99 ${ofOp} ms, ${failed} failed`,
    ),
    ...[...Map.groupBy(failures, ({ op, fault }) => `${op}: ${fault}`)].flatMap(([kind, cases]) => [
      `  ${cases.length} × ${kind}`,
      ...cases
        .slice(0, shownFailures)
        .map(({ atS, connection, during }) => `      at ${atS} s, ${connection} connection, during ${during}`),
    ]),
    `done meanwhile: ${steps.length} (${steps.reduce((sum, { seconds: took }) => sum + took, 0)} s); ${result.byNextVersion} orders placed at the next version`,
    `${history.sent} orders sent, ${history.acknowledged} acknowledged; ${statuses.join(', ')}`,
    `lost ${broken.lost.length}, unexpected ${broken.unexpected.length}, doubled ${broken.doubled.length}, oversold ${broken.oversold.length}, double-charged ${broken.doubleCharged.length}, stuck ${broken.stuck.length}`,
    wrong.length === 0 ? 'GREEN' : ['RED', ...wrong.slice(0, shownFaults).map((each) => `  ${each}`)].join('\n'),
  ].join('\n')
}
