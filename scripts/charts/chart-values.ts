import type { Chart } from './charts.ts'
import { documentedValues, type DocumentedValue } from './documented-values.ts'

/** A chart's values as Helm sees them: its own over those that it imports (`import-values`) from what it depends on. */
export function allValues({ manifest, values }: Chart, charts: readonly Chart[]): DocumentedValue[] {
  const imported = (manifest.dependencies ?? []).flatMap((dependency) => {
    const from = charts.find((chart) => chart.manifest.name === dependency.name)
    const names = dependency['import-values'] ?? []
    return from ? names.flatMap((name) => exportsOf(from, name)) : []
  })
  return merged(documentedValues(values, manifest.name), imported)
}

function exportsOf({ manifest, values }: Chart, name: string): DocumentedValue[] {
  const all = documentedValues(values, manifest.name).find(({ path }) => path[0] === 'exports')
  const group = all?.children.find(({ path }) => path[1] === name)
  if (!group) throw new Error(`${manifest.name}/values.yaml exports no "${name}"`)
  const depth = group.path.length
  const lifted = (value: DocumentedValue): DocumentedValue => {
    return { ...value, path: value.path.slice(depth), children: value.children.map(lifted) }
  }
  return group.children.map(lifted)
}

const keyOf = ({ path }: DocumentedValue) => path.at(-1)

/** Keys of both; what the first says of a key wins. */
function merged(own: readonly DocumentedValue[], other: readonly DocumentedValue[]): DocumentedValue[] {
  const both = other.map((value) => {
    const over = own.find((each) => keyOf(each) === keyOf(value))
    return over ? mergedValue(over, value) : value
  })
  return [...both, ...own.filter((value) => !other.some((each) => keyOf(each) === keyOf(value)))]
}

function mergedValue(own: DocumentedValue, other: DocumentedValue): DocumentedValue {
  const children = merged(own.children, other.children)
  const description = own.description ?? other.description
  const value = children.length > 0 ? Object.fromEntries(children.map((each) => [keyOf(each), each.value])) : own.value
  return {
    ...own,
    ...(description === undefined ? {} : { description }),
    note: { ...other.note, ...own.note },
    value,
    children,
  }
}
