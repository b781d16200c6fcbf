import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faultsOf, printResult } from './print-result.ts'
import { runKill } from './run-kill.ts'

/** `name=value` words of the command line. */
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
const number = (name: string, byDefault: number) => {
  const value = Number(given[name] || byDefault)
  if (Number.isFinite(value) && value >= 0) return value
  process.stderr.write(`${name}=${given[name]}: expected a number\n`)
  process.exit(2)
}
const unknown = Object.keys(given).filter((name) => !['minutes', 'seed', 'clients', 'rate', 'mutant'].includes(name))
if (unknown.length > 0) {
  process.stderr.write(
    `unknown: ${unknown.join(', ')}; usage: node test/kill/main.ts minutes=30 seed=1 clients=12 rate=6 [mutant=freshKey]\n`,
  )
  process.exit(2)
}

const seconds = Math.round(number('minutes', 30) * 60)
const seed = number('seed', Date.now() % 1_000_000)
const reports = fileURLToPath(new URL('../../.toko/kill', import.meta.url))
mkdirSync(reports, { recursive: true })
const reportFolder = mkdtempSync(join(reports, `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}-`))
const folder = mkdtempSync(join(tmpdir(), 'toko-kill-'))
process.stdout.write(`history and faults in ${reportFolder}\n`)
const result = await runKill({
  folder,
  reportFolder,
  faultsMs: seconds * 1000,
  seed,
  clients: number('clients', 12),
  rate: number('rate', 6),
  mutant: given['mutant'] || undefined,
  onProgress: (line) => process.stdout.isTTY && process.stderr.write(`\r${line}  `),
})
process.stdout.write(`${printResult(result, seconds)}\n`)
const isGreen = faultsOf(result).length === 0
// Databases and logs of a red run are evidence.
if (isGreen) rmSync(folder, { recursive: true, force: true })
else process.stdout.write(`databases and logs in ${folder}\n`)
process.exit(isGreen ? 0 : 1)
