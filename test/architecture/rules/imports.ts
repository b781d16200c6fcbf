import { parse, programOf, type Node, type SourceFile } from './source.ts'
import { isNode, walk } from './walk.ts'

/** One mention of another module, whatever its form: import, re-export, import(), import('x').Type. */
export interface Import {
  readonly specifier: string
  /** Gone at run time. */
  readonly isType: boolean
  readonly start: number
  /** Names as the other module exports them; `default` and `*` included. */
  readonly names: readonly { readonly name: string; readonly local: string | undefined; readonly isType: boolean }[]
}

interface Entry {
  readonly importName: { readonly kind: string; readonly name?: string | null }
  readonly localName: { readonly value?: string; readonly name?: string | null }
  readonly isType: boolean
}

const toName = (entry: Entry) => ({
  name:
    entry.importName.kind === 'Name'
      ? (entry.importName.name ?? '')
      : entry.importName.kind === 'Default'
        ? 'default'
        : '*',
  local: entry.localName.value ?? entry.localName.name ?? undefined,
  isType: entry.isType,
})

export function importsOf(file: SourceFile): Import[] {
  const { module } = parse(file)
  const found: Import[] = module.staticImports.map((statement) => ({
    specifier: statement.moduleRequest.value,
    isType: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
    start: statement.start,
    names: statement.entries.map((entry) => toName(entry as unknown as Entry)),
  }))
  for (const statement of module.staticExports) {
    const entries = statement.entries.filter((entry) => entry.moduleRequest)
    const specifier = entries[0]?.moduleRequest?.value
    if (specifier === undefined) continue
    const isType = entries.every((entry) => entry.isType)
    found.push({ specifier, isType, start: statement.start, names: entries.map((e) => toName(e as unknown as Entry)) })
  }
  walk(programOf(file), (node) => {
    const isType = node.type === 'TSImportType'
    if (!isType && node.type !== 'ImportExpression') return
    const specifier = literalText(node['source'] ?? node['argument'])
    if (specifier !== undefined) found.push({ specifier, isType, start: node.start, names: [] })
  })
  return found.toSorted((a, b) => a.start - b.start)
}

function literalText(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type === 'TSLiteralType') return literalText(node['literal'])
  if (node.type === 'TemplateLiteral' && Array.isArray(node['quasis']) && node['quasis'].length === 1) {
    return (node['quasis'][0] as Node & { value: { cooked: string } }).value.cooked
  }
  return undefined
}
