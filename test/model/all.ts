/**
 * Runs every variant: the protocol must hold, each mutant must be caught for the reason it is there for.
 *
 *   node test/model/all.ts [quick] [traces]
 *   quick: without the large bounds and the redundant guards · traces: also prints every shortest trace
 *
 * Exit 0: all as expected. 1: something is not. 2: unknown argument.
 */
import { type Result, runVariants } from './run-variants.ts'
import { outcomeOf } from './variants/variant.ts'

const words = new Set(process.argv.slice(2))
const unknown = [...words].filter((word) => word !== 'quick' && word !== 'traces')
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; usage: node test/model/all.ts [quick] [traces]`)
  process.exit(2)
}

function resultOf(result: Result): string {
  const { variant, report, isAsExpected } = result
  if (!report) return `FAULT: ${result.fault}`
  const outcome = outcomeOf(report)
  if (!isAsExpected) return `UNEXPECTED: ${outcome}, not ${variant.expected}`
  if (variant.kind === 'redundant') return 'still safe'
  if (report.verdict.kind === 'holds') return 'holds'
  return 'trace' in report.verdict
    ? `caught: ${outcome}, ${report.verdict.trace.length} steps`
    : `caught: ${outcome}: ${report.verdict.goals.join(', ')}`
}

function print(result: Result): void {
  const { variant, report, ms, isAsExpected } = result
  const counts = [report?.states ?? 0, report?.transitions ?? 0].map((count) => String(count).padStart(9)).join(' ')
  const name = `${variant.model.padEnd(9)} ${variant.name.padEnd(38)}`
  console.log(`${name} ${counts} ${(ms / 1000).toFixed(1).padStart(6)} s  ${resultOf(result)}`)
  if (words.has('traces') || !isAsExpected) {
    if (variant.breaks) console.log(`          breaks ${variant.breaks}`)
    if (report && 'trace' in report.verdict) console.log(`          ${report.verdict.trace.join(' › ')}`)
  }
}

const started = performance.now()
console.log(`${'model'.padEnd(9)} ${'variant'.padEnd(38)} ${'states'.padStart(9)} transitions  time     result`)
const results = await runVariants(({ isQuick }) => isQuick || !words.has('quick'))
results.forEach(print)
const count = (kind: Result['variant']['kind']) =>
  results.filter(({ variant, isAsExpected }) => variant.kind === kind && isAsExpected).length
const unexpected = results.filter(({ isAsExpected }) => !isAsExpected).length
console.log(
  `${count('protocol')} variants hold, ${count('mutant')} mutants caught, ${count('redundant')} guards redundant, ` +
    `${unexpected} unexpected; ${((performance.now() - started) / 1000).toFixed(0)} s`,
)
process.exitCode = unexpected === 0 ? 0 : 1
