/** Schemas of the kinds that the charts use, without what validation does not need. */
export interface Schemas {
  /** Where they are from. */
  readonly source: string
  /** `apps/v1 Deployment` → the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>
  readonly definitions: Readonly<Record<string, unknown>>
}

type Json = Readonly<Record<string, unknown>>

/** Of `kubectl get --raw /openapi/v3/…`. */
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

const shortName = (name: string) => name.replace(/^io\.k8s\.(api|apimachinery\.pkg\.(apis|api|util))\./, '')

const refStart = '#/components/schemas/'
const keywords = ['type', 'enum', 'required', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength'] as const

/** One schema in JSON schema's words: unknown fields refused, no texts, no defaults; `needs` collects what it refers to. */
function compact(schema: Json, needs: Set<string>): Json {
  const inner = (each: unknown) => compact(each as Json, needs)
  const all = schema['allOf'] as readonly Json[] | undefined
  if (all?.length === 1) return inner(all[0])
  if (typeof schema['$ref'] === 'string') {
    const name = schema['$ref'].slice(refStart.length)
    needs.add(name)
    return { $ref: `#/definitions/${shortName(name)}` }
  }
  const kept = Object.fromEntries(keywords.filter((key) => key in schema).map((key) => [key, schema[key]]))
  const one = schema['oneOf'] as readonly Json[] | undefined
  const properties = schema['properties'] as Json | undefined
  const further = schema['additionalProperties']
  return {
    ...kept,
    ...(one && { oneOf: one.map(inner) }),
    ...('items' in schema && { items: inner(schema['items']) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)])),
    }),
    ...(typeof further === 'object' && { additionalProperties: inner(further) }),
    ...(properties && further === undefined && { additionalProperties: false }),
  }
}

/** What the API server fills in, and no chart may. */
const ofServer: Readonly<Record<string, readonly string[]>> = {
  ObjectMeta: ['managedFields', 'creationTimestamp', 'deletionTimestamp', 'selfLink', 'uid', 'resourceVersion'],
}

function withoutServerFields(name: string, schema: Json, isKind: boolean): Json {
  const dropped = new Set([...(ofServer[name.split('.').at(-1)!] ?? []), ...(isKind ? ['status'] : [])])
  const properties = Object.entries((schema['properties'] ?? {}) as Json).filter(([key]) => !dropped.has(key))
  return dropped.size === 0 ? schema : { ...schema, properties: Object.fromEntries(properties) }
}

interface KindMark {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/**
 * The schemas of `kinds` (`apps/v1 Deployment`) and of all that they are made of.
 * @throws Error when the server does not know one
 */
export function schemasOf(documents: readonly OpenApi[], kinds: readonly string[], source: string): Schemas {
  const known = Object.assign({}, ...documents.map(({ components }) => components.schemas)) as Record<string, Json>
  const byKind = new Map<string, string>(
    Object.entries(known).flatMap(([name, schema]) => {
      const marks = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly KindMark[]
      return marks.map(({ group, version, kind }) => [`${group ? `${group}/` : ''}${version} ${kind}`, name] as const)
    }),
  )
  const roots = kinds.toSorted().map((kind) => {
    const name = byKind.get(kind)
    if (name === undefined) throw new Error(`the cluster knows no ${kind}`)
    return { kind, name }
  })
  const rootNames = new Set(roots.map(({ name }) => name))
  const needs = new Set(rootNames)
  const definitions: Record<string, Json> = {}
  // A Set's iteration also visits what is added meanwhile.
  for (const name of needs)
    definitions[shortName(name)] = compact(withoutServerFields(name, known[name]!, rootNames.has(name)), needs)
  const sorted = Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    source,
    kinds: Object.fromEntries(roots.map(({ kind, name }) => [kind, shortName(name)])),
    definitions: Object.fromEntries(sorted),
  }
}

/** A line for each definition: small, and a diff shows what changed. */
export function schemasText({ source, kinds, definitions }: Schemas): string {
  const lines = Object.entries(definitions).map(
    ([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`,
  )
  const head = `  "source": ${JSON.stringify(source)},\n  "kinds": ${JSON.stringify(kinds)},`
  return `{\n${head}\n  "definitions": {\n${lines.join(',\n')}\n  }\n}\n`
}
