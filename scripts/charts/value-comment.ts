/** Part of a JSON schema. */
export type Schema = Readonly<Record<string, unknown>>

/** What the lines of a comment directly above a key say: helm-docs' `# --` text, and a JSON note behind `# @schema`. */
export function readComment(lines: readonly string[], line: number): { description?: string; note: Schema } {
  const comment: { text: string; line: number }[] = []
  // `line` counts from 1, so the line above the key is at line - 2.
  for (let at = line - 2; at >= 0; at--) {
    const text = /^\s*#(.*)$/.exec(lines[at]!)?.[1]?.trim()
    if (text === undefined) break
    comment.unshift({ text, line: at + 1 })
  }
  const notes = comment.filter(({ text }) => text.startsWith('@schema'))
  const note = Object.assign({}, ...notes.map((each) => readNote(each.text, each.line))) as Schema
  const words = comment.filter(({ text }) => !text.startsWith('@')).map(({ text }) => text)
  const start = words.findLastIndex((text) => text.startsWith('-- '))
  if (start === -1) return { note }
  const description = [words[start]!.slice('-- '.length), ...words.slice(start + 1)].join(' ').trim()
  return { description, note }
}

function readNote(text: string, line: number): Schema {
  try {
    return JSON.parse(text.slice('@schema'.length)) as Schema
  } catch (error) {
    throw new SyntaxError(`line ${line}: @schema holds no JSON: ${(error as Error).message}`, { cause: error })
  }
}
