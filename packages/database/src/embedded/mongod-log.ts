import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs'

const maxBytes = 8 * 1024 * 1024
const tailBytes = 64 * 1024

/** Size now, 0 if absent: where a new run's lines will begin. */
export function logSize(logPath: string): number {
  return statSync(logPath, { throwIfNoEntry: false })?.size ?? 0
}

/** Keeps one older file, so that a folder used for months stays small. Only while no mongod writes. */
export function rotateLog(logPath: string): void {
  if (logSize(logPath) > maxBytes) renameSync(logPath, `${logPath}.1`)
}

/** Why mongod ended, from the errors it logged since `from`: the first two, as later ones follow from them. */
export function firstErrors(logPath: string, from: number): string {
  const lines = readFrom(logPath, Math.max(from, logSize(logPath) - tailBytes))
    .split('\n')
    .filter((line) => line.trim() !== '')
  const errors = lines.map(describe).filter((text) => text !== undefined)
  return errors.slice(0, 2).join('; ') || lines.at(-1) || 'it logged nothing'
}

interface LogLine {
  /** Severity: F, E, W, I, D. */
  readonly s: string
  readonly msg: string
  readonly attr?: { readonly error?: unknown; readonly message?: unknown }
}

/** A line that is not JSON comes from the loader or from a bad option. */
function describe(line: string): string | undefined {
  try {
    const { s, msg, attr } = JSON.parse(line) as LogLine
    const isError = s === 'F' || s === 'E' || (typeof attr?.error === 'string' && s === 'I' && /DBException/.test(msg))
    return isError ? `${msg} ${JSON.stringify(attr ?? {}).slice(0, 600)}` : undefined
  } catch {
    return line
  }
}

function readFrom(path: string, from: number): string {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(tailBytes)
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, tailBytes, from))
  } finally {
    closeSync(file)
  }
}
