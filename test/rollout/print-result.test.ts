import { expect, it } from 'vitest'
import { faultsOf, printResult } from './print-result.ts'
import type { RolloutResult } from './run-rollout.ts'

const demands = { leastRequests: 100, upgrades: true }
const verdict = {
  history: {
    sent: 10,
    acknowledged: 10,
    refused: 0,
    unknown: 0,
    unresolved: 0,
    attempts: { ok: 10, fail: 0, info: 0 },
  },
  orders: { made: 10, byStatus: { confirmed: 10 }, recovered: 0, waiting: 0 },
  broken: { lost: [], unexpected: [], doubled: [], oversold: [], doubleCharged: [], stuck: [] },
  findings: [{ id: 'I1', what: 'stock adds up', violations: [] }],
} as unknown as RolloutResult['verdict']
const sound: RolloutResult = {
  rate: 80,
  seconds: 2,
  requests: 160,
  fresh: 80,
  operations: [{ op: 'POST /orders', sent: 160, failed: 0, p99: 20 }],
  failures: [],
  latestMs: 3,
  p50: 5,
  p99: 20,
  steps: [{ name: 'rollback', seconds: 2 }],
  byNextVersion: 4,
  verdict,
}
const failure = {
  op: 'POST /orders',
  connection: 'fresh',
  fault: 'ECONNREFUSED',
  atS: 1.5,
  during: 'rollback',
} as const

it('is green when nothing failed and nothing is lost', () => {
  expect(faultsOf(sound, demands)).toEqual([])
  expect(printResult(sound, demands)).toMatch(/GREEN$/)
})

it.each<[string, Partial<RolloutResult>, RegExp]>([
  ['a request failed', { failures: [failure] }, /^1 requests failed$/],
  ['too little was sent', { requests: 99 }, /^99 requests, 100 were/],
  ['a step did not work', { steps: [{ name: 'drain', seconds: 1, fault: 'no' }] }, /^drain: no$/],
  ['nobody met the next version', { byNextVersion: 0 }, /^no order was placed at the next version/],
  [
    'an order was not acknowledged',
    { verdict: { ...verdict, history: { ...verdict.history, sent: 11 } } },
    /^1 orders/,
  ],
  ['an order is lost', { verdict: { ...verdict, broken: { ...verdict.broken, lost: ['ord_1'] } } }, /^lost: ord_1$/],
  [
    'an invariant is broken',
    { verdict: { ...verdict, findings: [{ ...verdict.findings[0]!, violations: ['x'] }] } },
    /^I1: x$/,
  ],
])('is red when %s', (_, change, line) => {
  const faults = faultsOf({ ...sound, ...change }, demands)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(line)
  expect(printResult({ ...sound, ...change }, demands)).toContain('RED')
})

it('shows the first failures of each kind, and when they were', () => {
  const text = printResult({ ...sound, failures: [failure, { ...failure, atS: 1.7 }] }, demands)
  expect(text).toContain('2 × POST /orders: ECONNREFUSED\n      at 1.5 s, fresh connection, during rollback\n')
})
