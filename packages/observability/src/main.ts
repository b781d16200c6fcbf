/**
 * Writes rules, dashboards and the table of alerts (make rules).
 *   --check          writes nothing; names what differs and ends with 1
 *   --queries        prints every query of the dashboards as JSON
 *   --rules PACE     prints the rules of a pace: production, demo, exercise
 *   --unit-tests DIR writes promtool's unit tests and the rules under test there
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { panelQueries } from './dashboards/panel-queries.ts'
import { differences } from './differences.ts'
import { generatedFiles, generatedFolders, withAlertTable } from './generated-files.ts'
import { ruleFile } from './rules/rule-file.ts'
import { exercise, paces } from './slo/windows.ts'
import { testFiles } from './unit-tests/test-files.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const page = 'docs/observability.md'

function writeAll(): void {
  for (const folder of generatedFolders) {
    rmSync(join(root, folder), { recursive: true, force: true })
    mkdirSync(join(root, folder), { recursive: true })
  }
  for (const { path, text } of generatedFiles()) writeFileSync(join(root, path), text)
  writeFileSync(join(root, page), withAlertTable(readFileSync(join(root, page), 'utf8')))
  console.log(`wrote ${generatedFiles().length} files to charts/observability/files, and the alerts of ${page}`)
}

function writeUnitTests(folder: string): void {
  mkdirSync(folder, { recursive: true })
  let cases = 0
  for (const pace of paces) {
    writeFileSync(join(folder, `${pace.name}.rules.yaml`), ruleFile(pace))
    for (const file of testFiles(pace, `${pace.name}.rules.yaml`)) {
      writeFileSync(join(folder, file.name), file.text)
      cases += Object.values(file.cases).reduce((sum, count) => sum + count, 0)
    }
  }
  console.log(`# ${cases} cases in ${readdirSync(folder).length - paces.length} files`)
}

const [option, value] = process.argv.slice(2)
const pace = [...paces, exercise].find(({ name }) => name === value)
if (option === undefined) writeAll()
else if (option === '--check') {
  const found = differences(root, page)
  for (const each of found) console.error(each)
  process.exitCode = found.length === 0 ? 0 : 1
} else if (option === '--queries') console.log(JSON.stringify(panelQueries()))
else if (option === '--rules' && pace !== undefined) process.stdout.write(ruleFile(pace))
else if (option === '--unit-tests' && value !== undefined) writeUnitTests(value)
else {
  console.error(
    `usage: node ${dirname(process.argv[1] ?? '')}/main.ts [--check | --queries | --rules PACE | --unit-tests DIR]`,
  )
  process.exitCode = 2
}
