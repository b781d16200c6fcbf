import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Schemas } from './openapi-schemas.ts'
import { runProgram } from './programs.ts'

const schemasFolder = new URL('../../k8s/schemas/', import.meta.url)
/** From a cluster (update-schemas.ts). */
export const kubernetesSchemas = fileURLToPath(new URL('kubernetes.json', schemasFolder))
/** Of the operator's custom resources that the charts make; by hand, of its documented fields. */
const monitoringSchemas = fileURLToPath(new URL('monitoring.json', schemasFolder))

const readSchemas = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Schemas

/** `networking.k8s.io/v1 NetworkPolicy` → `networkpolicy-networking-v1.json`, as kubeconform asks for it. */
function fileNameOf(kind: string): string {
  const [apiVersion = '', name = ''] = kind.split(' ')
  const [version, group] = apiVersion.split('/').toReversed()
  return `${[name.toLowerCase(), group?.split('.')[0], version].filter(Boolean).join('-')}.json`
}

/** One self-contained file for each kind; custom resources are made of Kubernetes' own parts too. */
function writeSchemas(folder: string): void {
  const schemas = [kubernetesSchemas, monitoringSchemas].map(readSchemas)
  const definitions = Object.assign({}, ...schemas.map((each) => each.definitions)) as Schemas['definitions']
  for (const { kinds } of schemas) {
    for (const [kind, name] of Object.entries(kinds)) {
      const schema = {
        $schema: 'http://json-schema.org/draft-07/schema#',
        allOf: [{ $ref: `#/definitions/${name}` }],
        definitions,
      }
      writeFileSync(join(folder, fileNameOf(kind)), JSON.stringify(schema))
    }
  }
}

interface Verdict {
  readonly resources: readonly {
    readonly kind: string
    readonly name: string
    readonly status: string
    readonly msg: string
  }[]
  readonly summary: {
    readonly valid: number
    readonly invalid: number
    readonly errors: number
    readonly skipped: number
  }
}

/**
 * Judges rendered texts by the committed schemas.
 * @param renders text by the name of its value set
 */
export async function conformityFaults(
  renders: ReadonlyMap<string, string>,
): Promise<{ faults: string[]; valid: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'toko-schemas-'))
  try {
    writeSchemas(folder)
    const location = join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json')
    const judged = [...renders].map(async ([name, text]) => {
      const args = ['-strict', '-output', 'json', '-summary', '-schema-location', location]
      const { stdout, stderr } = await runProgram('kubeconform', args, text)
      if (!stdout.startsWith('{')) throw new Error(`kubeconform: ${stderr || stdout}`)
      const { resources, summary } = JSON.parse(stdout) as Verdict
      const faults = resources
        .filter(({ status }) => status !== 'statusValid')
        .map(({ kind, name: object, msg }) => `${name}: ${kind}/${object} ${msg}`)
      return { faults, valid: summary.valid }
    })
    const all = await Promise.all(judged)
    return { faults: all.flatMap(({ faults }) => faults), valid: all.reduce((sum, { valid }) => sum + valid, 0) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
