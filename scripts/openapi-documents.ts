import { readdirSync } from 'node:fs'

/** One service's OpenAPI 3.1 document, as its routes declare it, and the file that keeps it. */
export interface ApiDocument {
  readonly service: string
  readonly path: string
  /** Exact text of the file. */
  readonly text: string
}

const root = new URL('../', import.meta.url)

/**
 * Documents of every service but `all`, which has no routes of its own. Service `x` offers its document as the export `xApi`.
 * Loaded by path and not by name, so that no tool depends on a list of services.
 */
export async function apiDocuments(): Promise<ApiDocument[]> {
  const names = readdirSync(new URL('services/', root)).filter((name) => name !== 'all')
  return Promise.all(names.map(documentOf))
}

async function documentOf(service: string): Promise<ApiDocument> {
  const exported = (await import(new URL(`services/${service}/src/index.ts`, root).href)) as Record<string, unknown>
  const document = exported[`${service}Api`]
  if (!document) throw new Error(`services/${service}/src/index.ts exports no "${service}Api"`)
  const text = `${JSON.stringify(document, null, 2)}\n`
  return { service, path: new URL(`docs/openapi/${service}.json`, root).pathname, text }
}
