import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const mostBytes = 4096

/** What a process wrote into its log since `fromByte` beside JSON lines: why it did not start, for a person. */
export function lastWords(logFile: string, fromByte: number): string {
  const file = openSync(logFile, 'r')
  try {
    const from = Math.max(fromByte, fstatSync(file).size - mostBytes)
    const buffer = Buffer.alloc(mostBytes)
    const text = buffer.toString('utf8', 0, readSync(file, buffer, 0, mostBytes, from))
    return text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'))
      .join('\n')
  } finally {
    closeSync(file)
  }
}
