import { openSync, renameSync, statSync } from 'node:fs'

const largestLogBytes = 20 * 1_048_576

/** Opens a log to append to, for its owner alone; what is too long to be read goes aside first, once. */
export function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > largestLogBytes) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}
