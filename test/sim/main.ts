import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { allowedTransitions } from './coverage.ts'
import { allFaults } from './fault-kinds.ts'
import { runThreads } from './run-threads.ts'

const usage = `make sim args="--seeds 100000 --from 1"   many seeds
make sim args="--seed 4711"                one seed with its timeline (--mutant name: of a mutant)`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    mutant: { type: 'string' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(usage)
else if (values.seed === undefined) await many()
else await one(Number(values.seed))

async function one(seed: number): Promise<void> {
  if (values.mutant !== undefined) process.env['TOKO_MUTANT'] = values.mutant
  await import('../mutants/apply.ts')
  const { replay } = await import('./run-seeds.ts')
  const { timeline, hash, violation } = await replay(seed)
  console.log(timeline.join('\n'))
  console.log(`trace ${(hash >>> 0).toString(16)}`)
  if (violation) process.exitCode = 1
}

async function many(): Promise<void> {
  const startedAt = performance.now()
  const count = Number(values.seeds)
  const result = await runThreads({
    from: Number(values.from),
    count,
    threads: Number(values.threads),
    ...(values.mutant === undefined ? {} : { mutant: values.mutant }),
    onProgress: (done) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${count} seeds `),
  })
  if (process.stderr.isTTY) process.stderr.write('\r')
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage()
  const { seeds, steps, failures, faults, transitions } = result
  console.log(
    `${seeds} seeds in ${seconds.toFixed(1)} s: ${Math.round(seeds / seconds)} seeds/s, ${steps} steps, ${((user + system) / 1000 / seeds).toFixed(2)} ms CPU per seed`,
  )
  table('faults injected', allFaults, faults)
  table('transitions', allowedTransitions, transitions)
  const missing = [
    ...allFaults.filter((name) => !faults[name]),
    ...allowedTransitions.filter((name) => !transitions[name]),
  ]
  if (missing.length > 0) console.log(`never happened: ${missing.join(', ')}`)
  console.log(`violations ${failures.length}`)
  for (const { seed, invariant, detail } of failures.slice(0, 10))
    console.log(`  seed ${seed}  ${invariant}: ${detail}`)
  if (failures[0]) {
    console.log(`\nThe first one again (make sim args="--seed ${failures[0].seed}"):\n`)
    await one(failures[0].seed)
  }
  if (missing.length > 0 || failures.length > 0) process.exitCode = 1
}

function table(title: string, names: readonly string[], counts: Readonly<Record<string, number>>): void {
  console.log(`${title}:`)
  for (let i = 0; i < names.length; i += 4)
    console.log(
      `  ${names
        .slice(i, i + 4)
        .map((name) => `${name} ${counts[name] ?? 0}`.padEnd(32))
        .join('')}`.trimEnd(),
    )
}
