import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawFaults, faults } from './faults/index.ts'
import { blindLines, measuresOf } from './report/measures.ts'
import { measureLines, rowLines } from './report/print.ts'
import { runExercise } from './run-exercise.ts'

/** `name=value` words of the command line. */
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
const usage = 'usage: node test/exercise/main.ts seed=1 [only=poison-message,db-down] [part=1/2] [quiet=30] [blind=1]'
const fail = (why: string) => {
  process.stderr.write(`${why}; ${usage}\n`)
  process.exit(2)
}
const unknown = Object.keys(given).filter((name) => !['seed', 'only', 'part', 'quiet', 'blind'].includes(name))
if (unknown.length > 0) fail(`unknown: ${unknown.join(', ')}`)
const number = (name: string, byDefault: number) => {
  const value = Number(given[name] || byDefault)
  return Number.isSafeInteger(value) && value >= 0 ? value : fail(`${name}=${given[name]}: expected a whole number`)
}
const only = given['only'] ? given['only'].split(',') : []
const strange = only.filter((name) => !faults.some((fault) => fault.name === name))
if (strange.length > 0) fail(`no fault ${strange.join(', ')}; there are: ${faults.map(({ name }) => name).join(' ')}`)

const [, part = 1, parts = 1] = (/^([1-9])\/([1-9])$/.exec(given['part'] || '1/1') ?? fail('part: expected 1/2')).map(
  Number,
)
const seed = number('seed', 1)
/** A part of the run, which takes a quarter of an hour: every other fault, or every third. */
const drawn = drawFaults(seed, only).filter((_, n) => n % parts === part - 1)
const folder = mkdtempSync(join(tmpdir(), 'toko-exercise-'))
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopping.abort(new Error(`given up by ${signal}`)))
const facts = await runExercise({
  stopping: stopping.signal,
  folder,
  drawn,
  quietMs: number('quiet', 30) * 1000,
  onRow: (row) => process.stderr.write(`${rowLines([row])[1]}\n`),
  onNote: (line) => process.stderr.write(`  ${line}\n`),
})
const measures = measuresOf(facts)
const print = (lines: readonly string[]) => lines.forEach((line) => process.stdout.write(`${line}\n`))
print([
  `seed ${seed}${parts === 1 ? '' : `, part ${part} of ${parts}`}`,
  ...rowLines(facts.rows),
  '',
  ...measureLines(measures),
])
for (const alert of facts.quietAlerts) print([`without a fault: ${alert}`])
for (const word of facts.leaked) print([`in telemetry: ${word}`])
print(blindLines(facts.rows))
if (given['blind'])
  for (const { name, blind } of facts.rows)
    if (blind)
      print([
        `  ${name}: ${blind.steps} steps; ${blind.causes.map((each) => `${each.service}: ${each.operation}`).join(' | ')}`,
      ])
if (measures.every(({ isMet }) => isMet)) rmSync(folder, { recursive: true, force: true })
else {
  print([`logs in ${folder}`])
  process.exitCode = 1
}
