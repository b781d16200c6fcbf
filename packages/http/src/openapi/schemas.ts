import { z } from 'zod'

type JsonSchema = Record<string, unknown>

/** Collects schemas that carry an id under components, once each. */
export interface SchemaBook {
  /** The JSON schema of a zod schema, a `$ref` where it has an id. `input` is what clients send, `output` what they get. */
  use(schema: z.ZodType, io: 'input' | 'output'): JsonSchema
  components(): Record<string, JsonSchema>
}

const prefix = '#/components/schemas/'

/** zod writes shared schemas to `$defs` of each document; OpenAPI keeps them in one place. */
function hoist(node: unknown, components: Map<string, JsonSchema>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoist(item, components))
  if (typeof node !== 'object' || node === null) return node
  const result: JsonSchema = {}
  for (const [key, value] of Object.entries(node)) {
    if (key === '$schema' || key === '$id' || key === 'id') {
      if (typeof value === 'string') continue
    }
    if (key === '$defs') {
      for (const [name, schema] of Object.entries(value as JsonSchema))
        components.set(name, hoist(schema, components) as JsonSchema)
    } else if (key === '$ref' && typeof value === 'string') result[key] = value.replace('#/$defs/', prefix)
    else result[key] = hoist(value, components)
  }
  return result
}

export function schemaBook(): SchemaBook {
  const components = new Map<string, JsonSchema>()
  return {
    components: () => Object.fromEntries([...components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    use(schema, io) {
      const json = hoist(
        z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }),
        components,
      ) as JsonSchema
      const id = z.globalRegistry.get(schema)?.id
      if (id === undefined) return json
      // A root that is in the book already comes as a reference to itself.
      if (json['$ref'] !== prefix + id) components.set(id, json)
      return { $ref: prefix + id }
    },
  }
}
