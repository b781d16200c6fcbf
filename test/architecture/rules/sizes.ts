import { parse, type Fault, faultAt, type SourceFile } from './source.ts'

/** Upper limits in lines, from STYLE.md. */
export const sizeLimits = { median: 60, p95: 200, max: 300 } as const

const linesOf = ({ text }: Pick<SourceFile, 'text'>): number => text.replace(/\n$/, '').split('\n').length

/** Nearest-rank quantile of an unsorted list; 0 of an empty one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

export function sizesOf(files: readonly SourceFile[]): { median: number; p95: number; max: number } {
  const lines = files.map(linesOf)
  return { median: quantile(lines, 0.5), p95: quantile(lines, 0.95), max: quantile(lines, 1) }
}

export function tooLongFaults(file: SourceFile): Fault[] {
  const lines = linesOf(file)
  return lines > sizeLimits.max
    ? [{ path: file.path, line: lines, message: `${lines} lines, at most ${sizeLimits.max}` }]
    : []
}

/** A default export has no name to search for. Configuration files owe it to their tool. */
export function defaultExportFaults(file: SourceFile): Fault[] {
  if (file.path.endsWith('.config.ts')) return []
  return parse(file).module.staticExports.flatMap((statement) =>
    statement.entries
      .filter(({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default')
      .map(() => faultAt(file, statement, 'default export')),
  )
}

/** kebab-case, as one finds a file by what it does. */
export function fileNameFaults({ path }: Pick<SourceFile, 'path'>): Fault[] {
  const name = path.split('/').at(-1) ?? ''
  return /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+(-[a-z]+)*)*$/.test(name)
    ? []
    : [{ path, line: 1, message: 'file name is not kebab-case' }]
}
