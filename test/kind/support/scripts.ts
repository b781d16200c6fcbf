import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Runs one of scripts/kind to its end, e.g. `up.sh`. @throws Error with what it printed */
export const kindScript = (name: string, args: readonly string[] = [], timeoutMs = 600_000) =>
  run(`${root}scripts/kind/${name}`, args, { cwd: root, timeoutMs })
