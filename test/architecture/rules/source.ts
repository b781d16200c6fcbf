import { type ParseResult, parseSync } from 'oxc-parser'

/** A file by its path from the root, with forward slashes, and its text. Rules work on these alone, never on the disk. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One broken rule at one place. */
export interface Fault {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** A node of the ESTree that oxc-parser gives; fields beyond these are read by name. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const parsed = new WeakMap<SourceFile, ParseResult>()

/** Parses once per file object. Throws on a syntax error, so that an unreadable file is never taken for a clean one. */
export function parse(file: SourceFile): ParseResult {
  const known = parsed.get(file)
  if (known) return known
  const result = parseSync(file.path, file.text)
  const [error] = result.errors
  if (error) throw new Error(`${file.path}: ${error.message}`)
  parsed.set(file, result)
  return result
}

export function programOf(file: SourceFile): Node {
  return parse(file).program as unknown as Node
}

function lineAt(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length
}

export function faultAt(file: SourceFile, node: Pick<Node, 'start'>, message: string): Fault {
  return { path: file.path, line: lineAt(file, node.start), message }
}

/** The readable form of a list of faults: one `path:line message` each, so that a failed test names every place at once. */
export const show = (faults: readonly Fault[]): string[] =>
  faults.map(({ path, line, message }) => `${path}:${line} ${message}`)
