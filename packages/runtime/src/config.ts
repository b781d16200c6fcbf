import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { fields } from './config-fields.ts'
import { UserFaultError } from './user-fault.ts'

/** Thrown with one message that lists every fault of the configuration. */
export class ConfigError extends UserFaultError {
  override readonly name = 'ConfigError'
}

/** Values of a configuration shape. */
export type ConfigOf<S extends z.ZodRawShape> = z.output<z.ZodObject<S>>

export type Environment = Readonly<Record<string, string | undefined>>

/** `payingLimitMs` of prefix `ORDER` → `ORDER_PAYING_LIMIT_MS`. */
export function variableName(prefix: string, key: string): string {
  return `${prefix}_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Kubernetes puts such variables into every pod for Services that are named like a prefix. */
const serviceLink = /_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\d+_TCP.*)?)$/

/**
 * Reads the variables of one prefix once and validates them whole. `X_FILE` gives the value of `X` from a mounted file.
 * An empty variable counts as absent; an unknown one is a fault, since a typo would silently mean the default.
 * @throws ConfigError
 */
export function loadConfig<S extends z.ZodRawShape>(
  prefix: string,
  shape: S,
  env: Environment,
): z.output<z.ZodObject<S>> {
  const faults: string[][] = []
  const keyOf = new Map(Object.keys(shape).map((key) => [variableName(prefix, key), key]))
  const input: Record<string, string> = {}
  const sources = new Map<string, string>()
  for (const [name, value] of Object.entries(env)) {
    if (!value || !name.startsWith(`${prefix}_`)) continue
    const variable = name.endsWith('_FILE') && !keyOf.has(name) ? name.slice(0, -'_FILE'.length) : name
    const key = keyOf.get(variable)
    if (key === undefined) {
      if (!serviceLink.test(name)) faults.push([name, '', 'unknown variable'])
      continue
    }
    try {
      input[key] = variable === name ? value : readFileSync(value, 'utf8').trimEnd()
      sources.set(key, name)
    } catch (error) {
      faults.push([name, JSON.stringify(value), `can't be read: ${(error as Error).message}`])
    }
  }
  const result = z.object(shape).safeParse(input)
  for (const issue of result.error?.issues ?? []) {
    const key = String(issue.path[0])
    const isSecret = fields.isSecret(shape[key])
    const shown = key in input && !isSecret ? JSON.stringify(input[key]) : ''
    faults.push([sources.get(key) ?? variableName(prefix, key), shown, key in input ? issue.message : 'missing'])
  }
  if (faults.length > 0 || !result.success) throw new ConfigError(describe(prefix, faults))
  return result.data
}

function describe(prefix: string, faults: string[][]): string {
  const width = (column: number) => Math.max(...faults.map((row) => row[column]!.length))
  const rows = faults.map(([name, value, fault]) => `  ${name!.padEnd(width(0))}  ${value!.padEnd(width(1))}  ${fault}`)
  return [`${prefix.toLowerCase()}: invalid configuration`, ...rows].join('\n')
}
