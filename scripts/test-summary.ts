/**
 * Counts the runner's JSON report and prints "N passed, N failed" as the last line; exits 1 on any failure.
 * usage: node scripts/test-summary.ts REPORT.json RUNNER_EXIT_CODE
 * Also writes the two numbers (.tsv) and what there is to say of single tests (.reasons.txt) next to the report, for .ci/run.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { countTests, type RunnerReport } from './test-count.ts'

const [path = '', exitCode = '1'] = process.argv.slice(2)
const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RunnerReport) : undefined
const { passed, failed, reasons } = countTests(report, Number(exitCode))
for (const reason of reasons) console.log(reason)
writeFileSync(
  path.replace(/\.json$/, '.reasons.txt'),
  reasons.map((reason) => `${basename(path, '.json')}: ${reason}\n`).join(''),
)
writeFileSync(path.replace(/\.json$/, '.tsv'), `${passed}\t${failed}\n`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
