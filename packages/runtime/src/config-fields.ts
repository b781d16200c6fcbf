import { z } from 'zod'

const integer = (text: string) => (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined)

const number = (expected: string, min: number, max: number) =>
  z.string().transform((text, context) => {
    const value = integer(text)
    if (value !== undefined && value >= min && value <= max) return value
    context.addIssue({ code: 'custom', message: `expected ${expected}` })
    return z.NEVER
  })

const secretFields = new WeakSet<object>()

function isMongoUrl(text: string): boolean {
  const [, start, hosts = '', rest = ''] = /^(mongodb(?:\+srv)?:\/\/(?:[^@/?]*@)?)([^/?]+)(.*)$/.exec(text) ?? []
  if (start === undefined || (start.includes('+srv') && hosts.includes(','))) return false
  return hosts.split(',').every((host) => host !== '' && URL.canParse(start + host + rest))
}

/** Field types of a configuration: each reads the text of one variable. `…(default)` makes it optional. */
export const fields = {
  /** A duration in milliseconds. */
  ms: (byDefault: number) => number('an integer of milliseconds', 0, 2 ** 31 - 1).default(byDefault),
  count: (byDefault: number, { min = 1, max = 1e9 } = {}) =>
    number(`an integer from ${min} to ${max}`, min, max).default(byDefault),
  /** A TCP port; 0 lets the system choose. */
  port: (byDefault: number) => number('a port from 0 to 65535', 0, 65_535).default(byDefault),
  flag: (byDefault: boolean) =>
    z
      .enum(['true', 'false'], { error: 'expected true or false' })
      .transform((text) => text === 'true')
      .default(byDefault),
  oneOf: <const T extends readonly [string, ...string[]]>(values: T, byDefault: T[number]) =>
    z.enum(values, { error: `expected one of ${values.join(', ')}` }).default(byDefault as never),
  /** Some of these names with commas between them, told in the order of `values`; all of them by default. */
  someOf: <const T extends string>(values: readonly T[]) =>
    z
      .string()
      .transform((text, context) => {
        const names: readonly string[] = text.split(',').map((name) => name.trim())
        const known: readonly string[] = values
        if (names.every((name) => known.includes(name))) return values.filter((value) => names.includes(value))
        context.addIssue({ code: 'custom', message: `expected some of ${values.join(',')}` })
        return z.NEVER
      })
      .default([...values]),
  text: (byDefault: string) => z.string().default(byDefault),
  httpUrl: () => z.url({ protocol: /^https?$/, error: 'expected an http(s) URL' }),
  /** One host, or all members of a replica set with their ports, which is no URL to the standard's parser. Secret: it may hold a password. */
  mongoUrl: () => {
    const field = z.string().refine(isMongoUrl, 'expected a mongodb:// URL')
    secretFields.add(field)
    return field
  },
  /** A broker, password and all: secret. */
  amqpUrl: () => {
    const field = z.url({ protocol: /^amqps?$/, error: 'expected an amqp:// or amqps:// URL' })
    secretFields.add(field)
    return field
  },
  /** Never has a default and is never shown in a fault (V14: a working default gets deployed). */
  secret: (minLength = 16) => {
    const field = z.string().min(minLength, `expected at least ${minLength} characters`)
    secretFields.add(field)
    return field
  },
  isSecret: (field: unknown) => {
    const inner = field instanceof z.ZodOptional ? field.unwrap() : field
    return typeof inner === 'object' && inner !== null && secretFields.has(inner)
  },
}
