import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { readComment, type Schema } from './value-comment.ts'

/** One key of a values.yaml: its default and what the comment above it says. */
export interface DocumentedValue {
  readonly path: readonly string[]
  /** Where it is written: the chart whose values.yaml has it, and the line there. */
  readonly chart: string
  readonly line: number
  /** Text of the comment that starts with `# --`; undefined without one. */
  readonly description?: string
  /** What `# @schema {…}` says beyond the type of the default. */
  readonly note: Schema
  readonly value: unknown
  /** Of a map that has keys. */
  readonly children: readonly DocumentedValue[]
}

/**
 * The keys of a chart's values.yaml with their comments.
 * @throws SyntaxError of YAML or of a `@schema` comment, with its line
 */
export function documentedValues(text: string, chart: string): DocumentedValue[] {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const [error] = document.errors
  if (error) throw new SyntaxError(`${chart}/values.yaml:${counter.linePos(error.pos[0]).line} ${error.message}`)
  const lines = text.split('\n')

  const keysOf = (node: unknown, above: readonly string[]): DocumentedValue[] => {
    if (!isMap(node)) return []
    return node.items.map(({ key, value }) => {
      if (!isScalar(key) || !key.range) throw new SyntaxError('a key that is no word')
      const { line, col } = counter.linePos(key.range[0])
      // In `a: { b: 1 }` the comment above is of a.
      const isFirst = lines[line - 1]!.slice(0, col - 1).trim() === ''
      const path = [...above, String(key.value)]
      const children = keysOf(value, path)
      const json: unknown = (value as Node | null)?.toJS(document) ?? null
      return { path, chart, line, ...(isFirst ? readComment(lines, line) : { note: {} }), value: json, children }
    })
  }
  return keysOf(document.contents, [])
}

/** The comment at the top of a values.yaml, up to the first empty line: what a reader of the whole chart must know. */
export function introductionOf(text: string): string {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('#'))
  // A comment that touches a key is that key's.
  if (end < 1 || lines[end]?.trim() !== '') return ''
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n')
    .trim()
}
