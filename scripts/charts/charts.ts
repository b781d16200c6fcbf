import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface Dependency {
  readonly name: string
  readonly alias?: string
  readonly version: string
  readonly repository?: string
  readonly condition?: string
  /** Names under `exports` in the dependency's values, whose keys become values of this chart. */
  readonly 'import-values'?: readonly string[]
}

/** Chart.yaml, as far as anything here looks at it. */
export interface ChartManifest {
  readonly name: string
  readonly description: string
  readonly type?: 'application' | 'library'
  readonly version: string
  readonly appVersion?: string
  readonly kubeVersion?: string
  readonly dependencies?: readonly Dependency[]
}

export interface Chart {
  readonly folder: string
  readonly manifest: ChartManifest
  /** values.yaml with its comments; empty when there is none. */
  readonly values: string
}

export const chartsFolder = fileURLToPath(new URL('../../charts', import.meta.url))

/** Every folder that holds a Chart.yaml, by name. */
export function readCharts(folder = chartsFolder): Chart[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'Chart.yaml')))
  return names.toSorted().map((name) => {
    const values = join(folder, name, 'values.yaml')
    return {
      folder: join(folder, name),
      manifest: parse(readFileSync(join(folder, name, 'Chart.yaml'), 'utf8')) as ChartManifest,
      values: existsSync(values) ? readFileSync(values, 'utf8') : '',
    }
  })
}

/** The key under which a chart's values reach a dependency. */
export const valuesKey = ({ alias, name }: Dependency): string => alias ?? name
