import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { countTests, type RunnerReport } from '../test-count.ts'

/** Runs test files, and counts their cases from the runner's own report; its output goes where ours goes. */
export async function runSuite(
  name: string,
  project: string,
  files: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const report = `.toko/reports/conformance-${name}.json`
  mkdirSync(dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn('vitest', ['run', '--project', project, ...reporters, ...files], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  const read = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as RunnerReport) : undefined
  return countTests(read, code ?? 1)
}
