/** Writes what follows from the charts: schema and README of each, and the renders that charts/examples keeps. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readCharts } from './charts.ts'
import { goldenPath, goldenText } from './golden.ts'
import { missingPrograms } from './programs.ts'
import { assembledCharts, rendered } from './render.ts'
import { valueSets } from './value-sets.ts'
import { generatedFiles } from './values-readme.ts'

const files = generatedFiles(readCharts())
for (const { path, text } of files) writeFileSync(path, text)

const missing = missingPrograms(['helm'])
if (missing !== undefined) {
  console.error(`charts/examples is as it was: ${missing}`)
  process.exit(1)
}
const assembled = assembledCharts()
try {
  for (const set of valueSets.filter(({ isGolden }) => isGolden)) {
    const [one, other] = [await rendered(assembled.folder, set), await rendered(assembled.folder, set)]
    mkdirSync(dirname(goldenPath(set.name)), { recursive: true })
    writeFileSync(goldenPath(set.name), goldenText(one.objects, other.objects))
  }
} finally {
  assembled.remove()
}
