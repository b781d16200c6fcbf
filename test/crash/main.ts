import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serviceNames } from '@toko/cli'
import { type CrashOptions, crashEverywhere } from './crash-everywhere.ts'
import { printResult, printSweep } from './print-result.ts'
import { scenarios } from './scenarios.ts'

const usage = `usage: node test/crash/main.ts [only=order:12] [scenario=place] [quick=1] [lanes=2]
  only      a service, and one of its points: order, order:12
  scenario  ${scenarios.map(({ name }) => name).join(', ')}
  quick     every tenth point
  lanes     shops at work at the same time`

/** `name=value` words of the command line. */
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
const [only, point] = (given['only'] || ':').split(':') as [string, string | undefined]
const isKnown =
  Object.keys(given).every((name) => ['only', 'scenario', 'quick', 'lanes'].includes(name)) &&
  (only === '' || (serviceNames as readonly string[]).includes(only)) &&
  /^\d*$/.test(`${point ?? ''}${given['lanes'] ?? ''}`) &&
  (!given['scenario'] || scenarios.some(({ name }) => name === given['scenario']))
if (!isKnown) {
  process.stderr.write(`${usage}\n`)
  process.exit(2)
}

const services = serviceNames.filter((service) => only === '' || service === only)
const points: CrashOptions['points'] = (count) => {
  const all = Array.from({ length: count }, (_, index) => index + 1)
  if (point) return all.filter((each) => each === Number(point))
  return given['quick'] ? all.filter((each) => each % 10 === 1) : all
}
const folder = mkdtempSync(join(tmpdir(), 'toko-crash-'))
const result = await crashEverywhere({
  folder,
  lanes: Number(given['lanes'] || 2),
  scenarios: scenarios.filter(({ name }) => !given['scenario'] || name === given['scenario']),
  services,
  points,
  onSweep: (done) => process.stdout.write(`${process.stdout.isTTY ? '\r\u001B[K' : ''}${printSweep(done)}\n`),
  onProgress: (line) => process.stdout.isTTY && process.stderr.write(`\r\u001B[K${line}`),
})
process.stdout.write(`${printResult(result)}\n`)
const isGreen = result.violations.length === 0
if (isGreen) rmSync(folder, { recursive: true, force: true })
else process.stdout.write(`databases and logs in ${folder}\n`)
process.exit(isGreen ? 0 : 1)
