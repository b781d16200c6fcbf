import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Chart, readCharts } from './charts.ts'
import { type KubeObject, readObjects } from './objects.ts'
import { type Ended, runProgram } from './programs.ts'
import type { ValueSet } from './value-sets.ts'

/** Of the cluster whose schemas are in k8s/schemas. */
export const kubeVersion = '1.34.0'

/**
 * A copy of all charts in which each holds those that it depends on, so that Helm needs no packages and no work in the
 * folder of the repository. `remove` takes it away again.
 */
export function assembledCharts(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'toko-charts-'))
  const charts = new Map(readCharts().map((chart) => [chart.manifest.name, chart]))
  for (const chart of charts.values()) assemble(chart, join(folder, basename(chart.folder)), charts)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function assemble({ folder, manifest }: Chart, target: string, charts: ReadonlyMap<string, Chart>): void {
  cpSync(folder, target, { recursive: true, filter: (path) => path !== join(folder, 'charts') })
  mkdirSync(join(target, 'charts'), { recursive: true })
  for (const { name } of manifest.dependencies ?? []) {
    const dependency = charts.get(name)
    if (!dependency) throw new Error(`${manifest.name} depends on ${name}, which is no chart of this repository`)
    assemble(dependency, join(target, 'charts', name), charts)
  }
}

/** Of every render that nobody installs. A value set may still say that it makes no Secrets. */
export const withoutCluster = [
  '--kube-version',
  kubeVersion,
  '--values',
  fileURLToPath(new URL('value-sets/without-cluster.yaml', import.meta.url)),
] as const

/** `helm template` of the umbrella with a value set. */
export function helmTemplate(folder: string, { files, apiVersions }: ValueSet): Promise<Ended> {
  const values = files.flatMap((file) => ['--values', file])
  const apis = apiVersions.flatMap((api) => ['--api-versions', api])
  const chart = join(folder, 'toko')
  return runProgram('helm', ['template', 'toko', chart, '--namespace', 'toko', ...withoutCluster, ...values, ...apis])
}

export interface Render {
  readonly text: string
  readonly objects: readonly KubeObject[]
}

/** @throws Error with what Helm says */
export async function rendered(folder: string, set: ValueSet): Promise<Render> {
  const { code, stdout, stderr } = await helmTemplate(folder, set)
  if (code !== 0) throw new Error(`${set.name}: ${stderr.trim()}`)
  return { text: stdout, objects: readObjects(stdout) }
}
