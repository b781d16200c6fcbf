import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isGreen, resultLines } from './result.ts'
import { runStoryFaults } from './run-story-faults.ts'

/** `name=value` words of the command line. */
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
const number = (name: string, byDefault: number) => {
  const value = Number(given[name] || byDefault)
  if (Number.isSafeInteger(value) && value > 0) return value
  process.stderr.write(
    `${name}=${given[name]}: expected a whole number; usage: node test/story/main.ts orders=100 seed=1\n`,
  )
  process.exit(2)
}
const [orders, seed] = [number('orders', 100), number('seed', (Date.now() % 1_000_000) + 1)]
const folder = mkdtempSync(join(tmpdir(), 'toko-story-faults-'))
process.stdout.write(`seed ${seed}\n`)
const verdicts = await runStoryFaults({
  folder,
  orders,
  seed,
  onProgress: (line) => process.stderr.write(`${line}\n`),
})
for (const line of resultLines(verdicts, orders)) process.stdout.write(`${line}\n`)
if (isGreen(verdicts, orders)) rmSync(folder, { recursive: true, force: true })
else {
  process.stdout.write(`logs in ${folder}\n`)
  process.exitCode = 1
}
