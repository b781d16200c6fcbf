import { styleText } from 'node:util'
import Table from 'cli-table3'

type Style = Parameters<typeof styleText>[0]

/** Where a command writes: people read lines and tables, programs read one JSON document. */
export interface Output {
  readonly isTty: boolean
  line(text?: string): void
  json(value: unknown): void
  /** Progress and warnings, kept apart from the answer. */
  note(text: string): void
  /** Colours on a terminal only. */
  paint(style: Style, text: string): string
}

export function processOutput(): Output {
  const isTty = process.stdout.isTTY
  return {
    isTty,
    line: (text = '') => void process.stdout.write(`${text}\n`),
    json: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    paint: (style, text) =>
      isTty && !process.env['NO_COLOR'] ? styleText(style, text, { validateStream: false }) : text,
  }
}

const bare = {
  ...Object.fromEntries(
    'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
      .split(' ')
      .map((part) => [part, '']),
  ),
  middle: '  ',
}

/** Columns without rules, so that they survive a copy into an issue. */
export function table(rows: readonly (readonly (string | number)[])[], head: readonly string[] = []): string {
  const made = new Table({
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: [...head],
  })
  made.push(...rows.map((row) => row.map(String)))
  return made
    .toString()
    .split('\n')
    .map((row) => row.trimEnd())
    .join('\n')
}

/** Breaks a text at spaces so that each line, indented, fits in 80 columns. */
export function wrap(text: string, indent = ''): string {
  const lines: string[] = ['']
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)!
    if (last && indent.length + last.length + 1 + word.length > 80) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  return lines.map((each) => indent + each).join('\n')
}
