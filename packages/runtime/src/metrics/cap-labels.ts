import { isClosed, type LabelDefinitions } from './define.ts'

type Labels = Readonly<Record<string, string>>

/** Stands for every value beyond a label's limit. */
const otherValue = 'other'

/**
 * Keeps a metric's series within its budget: a label takes as many different values as its definition says, then `other`.
 * @param onDrop for each observation whose value was replaced
 */
export function capLabels(definitions: LabelDefinitions, onDrop: () => void): (labels: Labels) => Labels {
  const limits = Object.entries(definitions).flatMap(([name, values]) =>
    isClosed(values) ? [] : [{ name, max: values.max, seen: new Set<string>() }],
  )
  return (labels) => {
    let capped = labels
    for (const { name, max, seen } of limits) {
      const value = labels[name]!
      if (seen.has(value)) continue
      if (seen.size < max) seen.add(value)
      else {
        onDrop()
        capped = { ...capped, [name]: otherValue }
      }
    }
    return capped
  }
}
