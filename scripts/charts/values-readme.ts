import { existsSync, readFileSync } from 'node:fs'
import { type Chart, valuesKey } from './charts.ts'
import { allValues } from './chart-values.ts'
import { type DocumentedValue, introductionOf } from './documented-values.ts'
import { valuesSchema } from './values-schema.ts'

const longestDefault = 60

/** A map is one row where the text of its own comment speaks for all of it, else a row for each key. */
function rowsOf(value: DocumentedValue): DocumentedValue[] {
  const rows = value.children.flatMap(rowsOf)
  return value.description === undefined ? rows : [value, ...rows]
}

const escaped = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')

function defaultOf({ value, children }: DocumentedValue): string {
  if (children.some(({ description }) => description !== undefined)) return ''
  const text = JSON.stringify(value)
  return text.length > longestDefault ? 'see values.yaml' : `\`${escaped(text)}\``
}

/** `string | null` */
function typeOf({ note, value }: DocumentedValue): string {
  const options = note['enum'] as readonly unknown[] | undefined
  const given = (note['type'] ?? []) as string | readonly string[]
  const inferred = Array.isArray(value) ? 'list' : typeof value
  const types = [given].flat()
  const names = options?.map((each) => JSON.stringify(each)) ?? (types.length > 0 ? types : [inferred])
  return escaped(names.join(' | ').replaceAll('object', 'map'))
}

function tableOf(values: readonly DocumentedValue[]): string {
  const rows = values
    .flatMap(rowsOf)
    .map((value) => [`\`${value.path.join('.')}\``, typeOf(value), defaultOf(value), escaped(value.description ?? '')])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(['key', 'type', 'default', 'what it is']), line(['---', '---', '---', '---']), ...rows.map(line)].join(
    '\n',
  )
}

function dependenciesOf({ manifest }: Chart): string {
  const lines = (manifest.dependencies ?? [])
    .filter(({ name }) => name !== 'toko-lib')
    .map((dependency) => {
      const when = dependency.condition === undefined ? '' : `, while \`${dependency.condition}\` is true`
      return `- [${dependency.name}](../${dependency.name}/README.md)${when}: its values go under \`${valuesKey(dependency)}\``
    })
  return lines.length === 0 ? '' : ['## Made of', '', ...lines].join('\n')
}

/** README.md of a chart: its description, the comment at the top of values.yaml, what it depends on, a table of its values. */
export function valuesReadme(chart: Chart, charts: readonly Chart[]): string {
  const { manifest, values } = chart
  const documented = allValues(chart, charts)
  const parts = [
    `# ${manifest.name}`,
    '<!-- make fix only=charts writes this page, out of Chart.yaml and the comments of values.yaml. -->',
    manifest.description,
    manifest.kubeVersion === undefined ? '' : `Needs Kubernetes \`${manifest.kubeVersion}\`.`,
    introductionOf(values),
    dependenciesOf(chart),
    documented.length === 0
      ? ''
      : `## Values\n\nEvery other key is refused (values.schema.json).\n\n${tableOf(documented)}`,
  ]
  return `${[...parts.filter((part) => part !== ''), handMark].join('\n\n')}\n`
}

const handMark = '<!-- What follows is written by hand. -->'

/** The part of a README that stays. */
function handWritten(path: string): string {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return text.split(`${handMark}\n`)[1] ?? ''
}

/** The files that follow from what people write in a chart, by their path. */
export function generatedFiles(charts: readonly Chart[]): { readonly path: string; readonly text: string }[] {
  return charts.flatMap((chart) => {
    const page = `${chart.folder}/README.md`
    const readme = { path: page, text: valuesReadme(chart, charts) + handWritten(page) }
    if (chart.manifest.type === 'library') return [readme]
    const schema = `${JSON.stringify(valuesSchema(chart, charts), null, 2)}\n`
    return [readme, { path: `${chart.folder}/values.schema.json`, text: schema }]
  })
}
