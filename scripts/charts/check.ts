/**
 * Judges the charts without a cluster: documented and closed values, helm lint, the renders that charts/examples keeps,
 * schemas of the cluster's own API, kube-score, the rules of rules/, and installs that must be refused.
 */
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { type Chart, chartsFolder, readCharts } from './charts.ts'
import { conformityFaults } from './conformity.ts'
import { goldenFaults, goldenText } from './golden.ts'
import { kubeScoreFindings, readExceptions, unexcused } from './kube-score.ts'
import { lintFaults } from './lint.ts'
import { missingPrograms } from './programs.ts'
import { prometheusFaults } from './prometheus-config.ts'
import { badInstalls, badValues, refusalFaults } from './refusals.ts'
import { assembledCharts, type Render, rendered } from './render.ts'
import { objectFaults } from './rules/all.ts'
import { developmentSet, givenSecrets, type ValueSet, valueSets } from './value-sets.ts'
import { generatedFiles } from './values-readme.ts'
import { documentationFaults } from './values-schema.ts'

const missing = missingPrograms(['helm', 'kubeconform', 'kube-score', 'promtool', 'diff'])
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

function writtenFaults(charts: readonly Chart[]): string[] {
  const undocumented = new Set(charts.flatMap((chart) => documentationFaults(chart, charts)))
  const stale = generatedFiles(charts).filter(({ path, text }) => textOf(path) !== text)
  return [
    ...undocumented,
    ...stale.map(({ path }) => `charts/${relative(chartsFolder, path)} is stale: make fix only=charts writes it`),
  ]
}

async function renderFaults(folder: string, set: ValueSet, { objects }: Render): Promise<string[]> {
  const faults = [...objectFaults(objects, givenSecrets(set)), ...(await prometheusFaults(objects))]
  const ofSet = faults.map((fault) => `${set.name}: ${fault}`)
  if (!set.isGolden) return ofSet
  const again = await rendered(folder, set)
  return [...ofSet, ...(await goldenFaults(set.name, goldenText(objects, again.objects)))]
}

const charts = readCharts()
const assembled = assembledCharts()
const faults = writtenFaults(charts)
try {
  faults.push(...(await lintFaults(assembled.folder, charts, [...valueSets, developmentSet])))
  const renders = new Map<string, Render>()
  for (const set of valueSets) {
    const render = await rendered(assembled.folder, set)
    renders.set(set.name, render)
    faults.push(...(await renderFaults(assembled.folder, set, render)))
  }
  const texts = new Map([...renders].map(([name, { text }]) => [name, text]))
  const conformity = await conformityFaults(texts)
  const findings = await Promise.all([...texts.values()].map(kubeScoreFindings))
  faults.push(...conformity.faults, ...unexcused(findings.flat(), readExceptions()))
  faults.push(...(await refusalFaults(assembled.folder)))
  const figures = [
    `${charts.length} charts`,
    `${renders.size} value sets`,
    `${conformity.valid} valid objects`,
    `${badValues.length + badInstalls.length} refusals`,
  ]
  console.log(`# ${figures.join(', ')}`)
} catch (error) {
  faults.push((error as Error).message)
} finally {
  assembled.remove()
}
for (const fault of faults) console.log(fault)
process.exit(faults.length === 0 ? 0 : 1)
