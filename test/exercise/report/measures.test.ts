import { describe, expect, it } from 'vitest'
import { blindLines, type Facts, measuresOf, median } from './measures.ts'
import { rowLines } from './print.ts'
import { isTrue, type Row } from './row.ts'

const truth = { service: 'product', operation: /^find/, errorType: /^Mongo/, kind: 'database' } as const
const cause = { service: 'product', operation: 'find stock', errorType: 'MongoNetworkError' }
const other = { service: 'order', operation: 'GET /orders', errorType: '500' }
const row = (given: Partial<Row> = {}): Row => ({
  name: 'db-down',
  detail: 'product',
  truth,
  mustStaySilent: false,
  breached: ['availability'],
  alert: 'ApiAvailabilityBurn product',
  detectSeconds: 5,
  found: { causes: [cause], steps: 1, seconds: 2 },
  blind: { causes: [other], steps: 6, seconds: 0.1 },
  links: { good: 3, all: 3 },
  hasBitten: true,
  isOver: true,
  ...given,
})
const facts = (rows: readonly Row[], given: Partial<Facts> = {}): Facts => ({
  rows,
  quietAlerts: [],
  quietSeconds: 30,
  traces: { good: 10, all: 10 },
  orphans: 0,
  named: { good: 50, all: 50 },
  leaked: [],
  ...given,
})
const missed = (of: Facts) =>
  measuresOf(of)
    .filter(({ isMet }) => !isMet)
    .map(({ name }) => name)

describe('the measures', () => {
  it('are met by a run in which everything was found', () => expect(missed(facts([row()]))).toEqual([]))

  it.each([
    ['a fault that breaks a promise unseen', facts([row({ alert: undefined, found: undefined })]), 'breach'],
    ['a quiet time with an alert', facts([row()], { quietAlerts: ['x'] }), 'false alerts'],
    ['an alert about what is no fault', facts([row({ mustStaySilent: true })]), 'false alerts'],
    ['a late alert', facts([row({ detectSeconds: 13 })]), 'time to detect'],
    ['a long way', facts([row({ found: { causes: [cause], steps: 4, seconds: 2 } })]), 'steps'],
    ['a slow way', facts([row({ found: { causes: [cause], steps: 1, seconds: 11 } })]), 'seconds'],
    ['a cause that is second', facts([row({ found: { causes: [other, cause], steps: 1, seconds: 1 } })]), 'AC@1'],
    ['a cause that is not there', facts([row({ found: { causes: [other], steps: 1, seconds: 1 } })]), 'AC@3'],
    ['a torn trace', facts([row()], { traces: { good: 998, all: 1000 } }), 'whole trace'],
    ['an orphan', facts([row()], { orphans: 1 }), 'parent'],
    ['a switch that does nothing', facts([row({ hasBitten: false })]), 'effect'],
    ['a fault that stays', facts([row({ isOver: false })]), 'well again'],
    ['a dead link', facts([row({ links: { good: 2, all: 3 } })]), 'links'],
    ['a span without its order', facts([row()], { named: { good: 49, all: 50 } }), 'name the order'],
    ['a word of the exercise', facts([row()], { leaked: ['db-down'] }), 'words'],
  ])('are missed by %s', (_, of, name) =>
    expect(missed(of)).toEqual(expect.arrayContaining([expect.stringContaining(name)])),
  )

  it('leave a fault alone that nobody noticed, and that broke no promise', () => {
    const silent = row({ alert: undefined, found: undefined, breached: [], detectSeconds: undefined })
    expect(missed(facts([row(), silent]))).toEqual([])
    expect(rowLines([silent])[1]).toMatch(/no breach .*yes, nothing to tell$/)
  })
})

it('a cause is right by its place, its operation and its kind of error', () => {
  expect(isTrue(cause, truth)).toBe(true)
  expect(isTrue({ ...cause, service: 'order' }, truth)).toBe(false)
  expect(isTrue({ ...cause, operation: 'GET /stock' }, truth)).toBe(false)
  expect(isTrue({ ...cause, errorType: null }, truth)).toBe(false)
  expect(isTrue({ ...cause, operation: 'anything', errorType: null }, { service: 'product', kind: 'cpu' })).toBe(true)
})

it('a median of none, one, two and three', () => {
  expect([[], [4], [2, 4], [9, 1, 5]].map(median)).toEqual([0, 4, 3, 5])
})

it('the run with logs alone is told beside', () => {
  expect(blindLines([row()])[0]).toMatch(/6\.0 steps .* 1\.0 \(6\.0 ×\).* 0 % \(0 of 1\) against 100 % \(1 of 1\)/)
})
