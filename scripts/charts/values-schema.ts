import { type Chart, valuesKey } from './charts.ts'
import { allValues } from './chart-values.ts'
import type { DocumentedValue } from './documented-values.ts'
import type { Schema } from './value-comment.ts'

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return isObject(value) ? 'object' : typeof value
}

function inferred({ value, children }: DocumentedValue): Schema {
  if (value === null) return {}
  const type = typeOf(value)
  if (type === 'object') return { type, additionalProperties: false, properties: propertiesOf(children) }
  if (!Array.isArray(value) || value.length === 0) return { type }
  const types = new Set(value.map(typeOf))
  return types.size === 1 ? { type, items: { type: [...types][0] } } : { type }
}

function schemaOf(value: DocumentedValue): Schema {
  const own = inferred(value)
  const { properties } = value.note
  const both = isObject(properties) && isObject(own['properties'])
  const description = value.description === undefined ? {} : { description: value.description }
  return {
    ...own,
    ...value.note,
    ...(both ? { properties: { ...(own['properties'] as Schema), ...properties } } : {}),
    ...description,
  }
}

const propertiesOf = (values: readonly DocumentedValue[]): Schema =>
  Object.fromEntries(values.map((value) => [value.path.at(-1), schemaOf(value)]))

/** Values of a dependency are judged by its own schema. */
const opened = (schema: unknown): Schema => {
  const { description } = isObject(schema) ? schema : {}
  return { type: 'object', ...(description === undefined ? {} : { description }) }
}

/**
 * JSON schema of a chart's values: the type of each default, what its `@schema` note adds, and no other key.
 * Of what Helm itself hands to a chart, `global` and its own `enabled` are let through where another chart depends on it.
 */
export function valuesSchema(chart: Chart, charts: readonly Chart[]): Schema {
  const { manifest } = chart
  const properties = { ...propertiesOf(allValues(chart, charts)) }
  for (const dependency of manifest.dependencies ?? [])
    properties[valuesKey(dependency)] = opened(properties[valuesKey(dependency)])
  const uses = charts
    .flatMap((each) => each.manifest.dependencies ?? [])
    .filter((dependency) => dependency.name === manifest.name)
  if (uses.length > 0) properties['global'] = opened(properties['global'])
  if (uses.some(({ condition }) => condition !== undefined))
    properties['enabled'] ??= { type: 'boolean', description: 'Read by the chart that depends on this one.' }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Values of the chart ${manifest.name}`,
    type: 'object',
    additionalProperties: false,
    properties,
  }
}

/** What keeps a values.yaml from being documented and checked, a line each: `values.yaml:12 replicas has no description`. */
export function documentationFaults(chart: Chart, charts: readonly Chart[]): string[] {
  const { manifest } = chart
  const dependencies = new Set((manifest.dependencies ?? []).map(valuesKey))
  const faultsOf = (value: DocumentedValue, isCovered: boolean): string[] => {
    const says = (isRight: boolean, message: string) =>
      isRight ? [] : [`charts/${value.chart}/values.yaml:${value.line} ${value.path.join('.')} ${message}`]
    // What a dependency takes is described where it is declared.
    const isOfDependency = dependencies.has(value.path[0]!)
    const covered = isCovered || isOfDependency || value.description !== undefined
    if (value.children.length > 0) return value.children.flatMap((child) => faultsOf(child, covered))
    const { note } = value
    const isEmpty = isObject(value.value) && !isOfDependency
    return [
      ...says(covered, 'has no description: # -- …'),
      ...says(value.value !== null || 'type' in note, 'is null: what may it hold? # @schema {"type": …}'),
      ...says(
        !isEmpty || 'additionalProperties' in note || 'properties' in note,
        'is an empty map: what may it hold? # @schema {"additionalProperties": …}',
      ),
      ...says(
        !(Array.isArray(value.value) && value.value.length === 0) || 'items' in note,
        'is an empty list: of what? # @schema {"items": {"type": …}}',
      ),
    ]
  }
  return allValues(chart, charts).flatMap((value) => faultsOf(value, false))
}
