import type { CrashResult } from './crash-everywhere.ts'
import type { SweepResult } from './sweep.ts'

/** One service's part in one scenario. */
export function printSweep({ scenario, service, steps, crashed, missed, violations }: SweepResult): string {
  return [
    scenario.padEnd(20),
    service.padEnd(8),
    `${steps} steps`.padStart(10),
    `${crashed} crashes`.padStart(12),
    missed > 0 ? `${missed} not reached` : '',
    ...violations.map((each) => `\n  ${each}`),
  ]
    .join('  ')
    .trimEnd()
}

/** The sums, and what was violated. */
export function printResult({ sweeps, seconds, audited, violations }: CrashResult): string {
  const sum = (count: (each: (typeof sweeps)[number]) => number) => sweeps.reduce((all, each) => all + count(each), 0)
  return [
    `${sum(({ steps }) => steps)} durable steps, ${sum(({ crashed }) => crashed)} crashes, ${audited} things audited in ${seconds} s`,
    violations.length === 0
      ? '0 violations'
      : [`${violations.length} violations`, ...violations.slice(0, 50).map((each) => `  ${each}`)].join('\n'),
  ].join('\n')
}
