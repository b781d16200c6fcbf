/**
 * The acceptance suite in every form of the shop with every way of calling: one line each, then "N passed, N failed".
 * All but the races, which need a machine for themselves: make acceptance form=… runs those too.
 * usage: node scripts/acceptance-all.ts [WORD…]   only the shapes whose name has one of the words, e.g. split, "mixed-order rpc"
 * Each run's output is in .toko/reports/acceptance-FORM-CALLS.log; the sum goes to .toko/reports/acceptance-all.tsv for .ci/run.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Shape, shapes } from '../test/acceptance/forms.ts'

const reports = fileURLToPath(new URL('../.toko/reports/', import.meta.url))
const script = fileURLToPath(new URL('test.sh', import.meta.url))
const suite = ['test/acceptance/journeys', 'test/acceptance/after-placement']
const words = process.argv.slice(2)
const nameOf = ({ form, calls }: Shape) => `${form} ${calls}`
const wanted = shapes.filter((shape) => words.length === 0 || words.some((word) => nameOf(shape).includes(word)))
if (wanted.length === 0) {
  console.error(`no shape has ${words.join(' or ')} in its name; there are: ${shapes.map(nameOf).join(', ')}`)
  process.exit(2)
}

function run({ form, calls }: Shape): { passed: number; failed: number; reasons: string } {
  const report = `acceptance-${form}-${calls}`
  const log = openSync(`${reports}${report}.log`, 'w')
  spawnSync(script, suite, {
    env: { ...process.env, SUITE: 'acceptance', REPORT: report, ACCEPTANCE_FORM: form, ACCEPTANCE_CALLS: calls },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const [passed = 0, failed = 1] = readFileSync(`${reports}${report}.tsv`, 'utf8').split('\t').map(Number)
  return { passed, failed, reasons: readFileSync(`${reports}${report}.reasons.txt`, 'utf8') }
}

mkdirSync(reports, { recursive: true })
const total = { passed: 0, failed: 0 }
const totalFile = `${reports}acceptance-all.tsv`
rmSync(totalFile, { force: true })
for (const shape of wanted) {
  const startedMs = performance.now()
  const { passed, failed, reasons } = run(shape)
  total.passed += passed
  total.failed += failed
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const columns = [shape.form.padEnd(14), shape.calls.padEnd(7), `${passed} passed, ${failed} failed`.padEnd(22)]
  console.log(`${columns.join(' ')} ${seconds} s`)
  process.stdout.write(reasons)
  if (failed > 0) console.log(`  see .toko/reports/acceptance-${shape.form}-${shape.calls}.log`)
}
writeFileSync(totalFile, `${total.passed}\t${total.failed}\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
