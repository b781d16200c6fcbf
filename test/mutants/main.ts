import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runThreads } from '../sim/run-threads.ts'
import { mutants } from './catalogue.ts'
import type { Mutant } from './mutant.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '10000' }, threads: { type: 'string' } },
})
const most = Number(values.seeds)
const threads = Number(values.threads ?? Math.min(2, availableParallelism()))
const wanted = positionals.length > 0 ? mutants.filter(({ name }) => positionals.includes(name)) : mutants
if (wanted.length < Math.max(1, positionals.length)) {
  console.log(`there are: ${mutants.map(({ name }) => name).join(' ')}`)
  process.exit(2)
}

interface Caught {
  readonly mutant: Mutant
  readonly seeds: number
  readonly invariant?: string
  readonly seed?: number
  readonly seconds: number
}

/** Runs seeds until an invariant breaks. One thread per mutant, so that "seeds needed" means the same on every machine. */
async function hunt(mutant: Mutant): Promise<Caught> {
  const startedAt = performance.now()
  const { seeds, failures, patches } = await runThreads({
    from: 1,
    count: most,
    threads: 1,
    stopsAtFailure: true,
    mutant: mutant.name,
  })
  if (patches.length === 0) throw new Error(`${mutant.name} changed no file that the simulator loads`)
  const seconds = (performance.now() - startedAt) / 1000
  const [first] = failures
  return { mutant, seeds, seconds, ...(first ? { invariant: first.invariant, seed: first.seed } : {}) }
}

const results: Caught[] = []
const queue = [...wanted]
const startedAt = performance.now()
const row = (cells: readonly (string | number)[]) =>
  [20, 22, 8, 14, 8, 7].map((width, i) => String(cells[i] ?? '').padEnd(width)).join('')
console.log(row(['mutant', 'rule', 'seeds', 'caught by', 'seed', 's']))
await Promise.all(
  Array.from({ length: threads }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const caught = await hunt(next)
      results.push(caught)
      const { name, rule } = caught.mutant
      console.log(
        row([
          name,
          rule.slice(0, 21),
          caught.seeds,
          caught.invariant ?? 'SURVIVES',
          caught.seed ?? '-',
          caught.seconds.toFixed(1),
        ]),
      )
    }
  }),
)
const survivors = results.filter(({ invariant }) => invariant === undefined)
console.log(
  `${results.length - survivors.length} of ${results.length} caught, within ${most} seeds each, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
)
for (const { mutant } of survivors) console.log(`SURVIVES: ${mutant.name} (${mutant.rule}): ${mutant.what}`)
if (survivors.length > 0) process.exitCode = 1
