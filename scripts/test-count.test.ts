import { describe, expect, it } from 'vitest'
import { countTests } from './test-count.ts'

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((state, index) => ({ status: state, fullName: `test ${index}` })),
})

describe('the verdict over a test run', () => {
  it('counts passed and failed tests, and names what failed', () => {
    const test = { status: 'failed', fullName: 'hot race', failureMessages: ['Error: 503\n  at line 1', 'Error: 504'] }
    const report = {
      testResults: [file('passed', 'passed', 'passed'), { ...file('failed', 'passed'), assertionResults: [test] }],
    }
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, reasons: ['failed: hot race: Error: 503'] })
  })

  it('names a test that needed a second try', () => {
    const test = { status: 'passed', fullName: 'hot race', failureMessages: ['AssertionError: 503\n  at line 1'] }
    const report = { testResults: [{ ...file('passed'), assertionResults: [test] }] }
    const reasons = ['passed at the second try: hot race: AssertionError: 503']
    expect(countTests(report, 0)).toEqual({ passed: 1, failed: 0, reasons })
  })

  it.each([
    ['no report', undefined, 0],
    ['no test ran', { testResults: [] }, 0],
    ['a file that could not be loaded', { testResults: [file('failed'), file('passed', 'passed')] }, 1],
    ['a skipped test', { testResults: [file('passed', 'passed', 'skipped')] }, 0],
    ['a test still to do', { testResults: [file('passed', 'passed', 'todo')] }, 0],
    ['a hook that failed after its tests passed', { testResults: [file('failed', 'passed')] }, 1],
    ['an uncaught error outside any test', { testResults: [file('passed', 'passed')] }, 1],
  ])('takes %s for one failure and says so', (_, report, exitCode) => {
    const verdict = countTests(report, exitCode)
    expect(verdict.failed).toBe(1)
    expect(verdict.reasons).toHaveLength(1)
  })
})
