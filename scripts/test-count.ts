interface TestResult {
  readonly status: string
  readonly fullName: string
  /** Of every try: also there when the last one passed. */
  readonly failureMessages?: readonly string[]
}

/** The parts of Vitest's JSON report that the verdict needs. */
export interface RunnerReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly TestResult[]
  }[]
}

export interface Verdict {
  readonly passed: number
  readonly failed: number
  /** One line for each failure and for each test that needed a second try. */
  readonly reasons: readonly string[]
}

/**
 * An honest count: a test that did not pass failed, be it skipped, to do or never started; a file that could not be loaded,
 * a runner that left no report, ran no test, or ended badly without a failed test (uncaught error, crashed worker) is one failure.
 */
export function countTests(report: RunnerReport | undefined, exitCode: number): Verdict {
  if (!report) return { passed: 0, failed: 1, reasons: ['the test runner left no report'] }
  const reasons: string[] = []
  let passed = 0
  let failed = 0
  for (const file of report.testResults) {
    const bad = file.assertionResults.filter((test) => test.status !== 'passed')
    passed += file.assertionResults.length - bad.length
    failed += bad.length
    reasons.push(...file.assertionResults.flatMap(reasonOf))
    if (file.status !== 'passed' && bad.length === 0) {
      failed += 1
      reasons.push(`file failed: ${file.name}`)
    }
  }
  if (passed + failed === 0) return { passed, failed: 1, reasons: ['no test ran'] }
  if (exitCode !== 0 && failed === 0) {
    failed = 1
    reasons.push(`the test runner ended with exit code ${exitCode} though no test failed: see the errors above`)
  }
  return { passed, failed, reasons }
}

function reasonOf({ status, fullName, failureMessages: [first = ''] = [] }: TestResult): string[] {
  const [error] = first.split('\n', 1)
  if (status === 'passed') return error ? [`passed at the second try: ${fullName}: ${error}`] : []
  return [status === 'failed' ? `failed: ${fullName}: ${error}` : `not run (${status}): ${fullName}`]
}
