import type { z } from 'zod'

type Keyed = Record<PropertyKey, unknown>

/**
 * Parses what another program sent, which may be a release ahead: members that the schema does not know are left out, at any
 * depth, and anything else that does not fit is a fault as ever. Requests are parsed strictly, answers and messages like this.
 */
export function readTolerantly<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  const strict = schema.safeParse(value)
  const issues = strict.error?.issues ?? []
  if (strict.success || !issues.every(({ code }) => code === 'unrecognized_keys')) return strict
  const known = structuredClone(value)
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const holder = issue.path.reduce<unknown>((at, key) => (at as Keyed)[key], known)
    for (const key of issue.keys) delete (holder as Keyed)[key]
  }
  return schema.safeParse(known)
}
