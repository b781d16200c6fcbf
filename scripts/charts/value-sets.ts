import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { chartsFolder } from './charts.ts'

/** One way to install the umbrella chart. */
export interface ValueSet {
  readonly name: string
  /** Values files over the chart's own, in order. */
  readonly files: readonly string[]
  /** Kinds of custom resources that the cluster knows, as `helm template --api-versions` takes them. */
  readonly apiVersions: readonly string[]
  /** Its render is committed in charts/examples. */
  readonly isGolden: boolean
}

const shipped = (name: string, ...under: readonly string[]): ValueSet => ({
  name,
  files: [...under, name].map((each) => join(chartsFolder, `toko/values-${each}.yaml`)),
  apiVersions: [],
  isGolden: true,
})

const ofChecks = (name: string): ValueSet => ({
  name,
  files: [fileURLToPath(new URL(`value-sets/${name}.yaml`, import.meta.url))],
  apiVersions: [],
  isGolden: false,
})

const withOperator = (set: ValueSet): ValueSet => ({
  ...set,
  apiVersions: ['monitoring.coreos.com/v1/ServiceMonitor', 'monitoring.coreos.com/v1/PrometheusRule'],
})

/** Those that the umbrella ships, its defaults, and the checks' own: all data elsewhere, some services together, every switch on. */
export const valueSets: readonly ValueSet[] = [
  shipped('kind'),
  withOperator(shipped('prod')),
  shipped('ha'),
  shipped('minimal', 'kind'),
  shipped('single'),
  { name: 'defaults', files: [], apiVersions: [], isGolden: false },
  ofChecks('external'),
  ofChecks('mixed'),
  withOperator(ofChecks('everything')),
]

/** Of skaffold: linted only, since it gives up on purpose what the rules ask for. */
export const developmentSet: ValueSet = { ...shipped('dev', 'kind'), isGolden: false }

interface Values {
  readonly global?: { readonly generateSecrets?: string }
}

const isNamed = (key: string, inner: unknown): inner is string =>
  key === 'existingSecret' && typeof inner === 'string' && inner !== ''

/** The names that docs/kubernetes.md tells whoever makes the Secrets in the place of the charts (global.generateSecrets: never). */
function documentedSecrets(): string[] {
  const page = readFileSync(new URL('../../docs/kubernetes.md', import.meta.url), 'utf8')
  return [...page.matchAll(/`(toko-[a-z-]+)`/g)].map(([, name]) => name!)
}

/** Names of the Secrets that a value set leaves to somebody else, under whatever key they stand. */
export function givenSecrets({ files }: ValueSet): Set<string> {
  const namesIn = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, inner]) =>
      key === 'imagePullSecrets' ? (inner as string[]) : isNamed(key, inner) ? [inner] : namesIn(inner),
    )
  }
  const values = files.map((file) => parse(readFileSync(file, 'utf8')) as Values)
  const isNever = values.some(({ global }) => global?.generateSecrets === 'never')
  return new Set([...values.flatMap(namesIn), ...(isNever ? documentedSecrets() : [])])
}
