/**
 * Writes k8s/schemas/kubernetes.json anew: the schemas of every kind that the charts render, from the OpenAPI documents of
 * the cluster that kubectl is set to.   usage: node scripts/charts/update-schemas.ts
 */
import { writeFileSync } from 'node:fs'
import { kubernetesSchemas } from './conformity.ts'
import { type OpenApi, schemasOf, schemasText } from './openapi-schemas.ts'
import { missingPrograms, runProgram } from './programs.ts'
import { assembledCharts, rendered } from './render.ts'
import { valueSets } from './value-sets.ts'

const missing = missingPrograms(['helm', 'kubectl'])
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}

async function outputOf(program: 'kubectl', args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args)
  if (code !== 0) throw new Error(stderr.trim())
  return stdout
}

const charts = assembledCharts()
const kinds = new Set<string>()
for (const set of valueSets) {
  const { objects } = await rendered(charts.folder, set)
  for (const { apiVersion, kind } of objects) kinds.add(`${apiVersion} ${kind}`)
}
charts.remove()

const own = [...kinds].filter((kind) => !kind.startsWith('monitoring.coreos.com/'))
const versions = new Set(own.map((kind) => kind.split(' ')[0]!))
const documents: OpenApi[] = []
for (const version of versions) {
  const path = `/openapi/v3/${version.includes('/') ? 'apis' : 'api'}/${version}`
  documents.push(JSON.parse(await outputOf('kubectl', ['get', '--raw', path])) as OpenApi)
}
const server = JSON.parse(await outputOf('kubectl', ['get', '--raw', '/version'])) as { gitVersion: string }
const schemas = schemasOf(documents, own, `the OpenAPI documents of Kubernetes ${server.gitVersion}`)
writeFileSync(kubernetesSchemas, schemasText(schemas))
console.log(
  `wrote ${own.length} kinds, ${Object.keys(schemas.definitions).length} definitions to k8s/schemas/kubernetes.json`,
)
