import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface Ended {
  readonly code?: number | string | null
  readonly stderr?: string
}

/**
 * What a service finds wrong with its variables, as it says it, a line each. With one variable too many of its prefix, it
 * lists every fault and ends before it starts anything: a right configuration gives the one line of that variable.
 */
export async function configurationFaults(
  service: string,
  variables: Readonly<Record<string, string>>,
  prefix = service.toUpperCase(),
): Promise<string[]> {
  const main = fileURLToPath(new URL(`../services/${service}/src/main.ts`, import.meta.url))
  const env = { PATH: process.env['PATH'], ...variables, [`${prefix}_NO_SUCH_VARIABLE`]: '1' }
  const ended: Ended = await run(process.execPath, [main], { env, timeout: 30_000 }).catch(
    (error: unknown) => error as Ended,
  )
  if (ended.code !== 1) throw new Error(`${service} did not end with 1: ${JSON.stringify(ended)}`)
  return (ended.stderr ?? '').trim().split('\n').slice(1)
}

/** The one fault of a right configuration. */
export const onlyTheUnknown = (prefix: string): RegExp => new RegExp(`^ *${prefix}_NO_SUCH_VARIABLE +unknown variable$`)
