import type { ApiDocument } from './openapi-documents.ts'

/** As much of an OpenAPI document as the table needs. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}
interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
  readonly description?: string
}
interface Operation {
  readonly summary: string
  readonly description?: string
  readonly 'x-rpc'?: string
  readonly security: readonly object[]
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: Media
  readonly responses: Readonly<Record<string, Media>>
}
interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** What any method may answer, or has a word of Nameko's own for. */
const everywhere = new Set([
  'not-acceptable',
  'overloaded',
  'dependency-unavailable',
  'validation',
  'unauthenticated',
  'forbidden',
  'payload-too-large',
  'unsupported-media-type',
  'idempotency-key-missing',
])

/** `Idempotency-Key` → `idempotencyKey` */
const argumentOf = (header: string) =>
  header.toLowerCase().replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

const resolved = (schema: Schema | undefined, api: Api): Schema =>
  (schema?.$ref === undefined ? schema : api.components.schemas[schema.$ref.split('/').at(-1)!]) ?? {}

const schemaOf = (media: Media | undefined) => Object.values(media?.content ?? {})[0]?.schema

function argumentsOf({ parameters, requestBody }: Operation, api: Api): string {
  const body = resolved(schemaOf(requestBody), api)
  const names = [
    ...parameters.map(
      ({ name, in: place, required }) => (place === 'header' ? argumentOf(name) : name) + (required ? '' : '?'),
    ),
    ...Object.keys(body.properties ?? {}).map((name) => (body.required?.includes(name) ? name : `${name}?`)),
  ]
  return names.map((name) => `\`${name}\``).join(', ') || '–'
}

function resultOf({ responses }: Operation, api: Api): string {
  const names = Object.entries(responses)
    .filter(([status]) => Number(status) < 300)
    .map(([, media]) => nameOf(schemaOf(media), api))
  return [...new Set(names)].join(' or ')
}

function nameOf(schema: Schema | undefined, api: Api): string {
  if (schema === undefined) return '–'
  const name = schema.$ref?.split('/').at(-1)
  if (name !== undefined && !/^_?schema\d+$/i.test(name)) return `\`${name}\``
  return Object.keys(resolved(schema, api).properties ?? {})
    .map((property) => `\`${property}\``)
    .join(', ')
}

const refusalsOf = ({ responses }: Operation) =>
  Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, { description = '' }]) => description.split(', '))
    .filter((code) => !everywhere.has(code))
    .toSorted()
    .map((code) => `\`${code}\``)
    .join(', ') || '–'

function callersOf({ security, description = '' }: Operation): string {
  const kinds = security.flatMap((each) => Object.keys(each))
  const roles = /roles (.*)\.$/.exec(description)?.[1]
  if (roles !== undefined) return `staff: ${roles}`
  if (kinds.includes('service')) return kinds.includes('user') ? 'users, services' : 'services'
  return security.length === 0 || security.some((each) => Object.keys(each).length === 0) ? 'everybody' : 'users'
}

/** Markdown table of every method that the declared routes offer over RPC. */
export function rpcTable(documents: readonly ApiDocument[]): string {
  const rows = documents.flatMap(({ service, text }) => {
    const api = JSON.parse(text) as Api
    const operations = Object.values(api.paths).flatMap((path) => Object.values(path))
    return operations
      .filter((operation) => operation['x-rpc'] !== undefined)
      .map((operation) => [
        `\`${service}.${operation['x-rpc']}\``,
        operation.summary,
        argumentsOf(operation, api),
        resultOf(operation, api),
        refusalsOf(operation),
        callersOf(operation),
      ])
  })
  const table = [['method', 'does', 'arguments', 'result', 'refuses with', 'who may call'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return [line(table[0]!), rule, ...table.slice(1).map(line)].join('\n')
}

const [start, end] = ['<!-- methods: make openapi writes this table -->', '<!-- end of methods -->']

/** The page with this table in the place of its own. */
export function withTable(page: string, table: string): string {
  const [before, rest = ''] = page.split(start)
  const after = rest.split(end)[1]
  if (after === undefined) throw new Error(`docs/rpc.md lacks "${start}" or "${end}"`)
  return `${before}${start}\n\n${table}\n\n${end}${after}`
}
