import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readPrivate, writePrivate } from '../io/private-file.ts'

/** Names as in the single shape: a data folder serves both, one after the other. */
const names = [
  'order>product',
  'order>payment',
  'order>user',
  'user>order',
  'product>user',
  'cli>user',
  'payment.webhook',
  'user.keySecret',
] as const

export type Secrets = Readonly<Record<(typeof names)[number], string>>

/** The secrets of all edges, made once and kept in `<folder>/secrets.json` for its owner alone. */
export function splitSecrets(folder: string): Secrets {
  const file = join(folder, 'secrets.json')
  const known = readPrivate(file) as Partial<Secrets> | undefined
  if (known && names.every((name) => known[name] !== undefined)) return known as Secrets
  const made = names.map((name) => [name, randomBytes(32).toString('base64url')] as const)
  const secrets = { ...Object.fromEntries(made), ...known } as Secrets
  writePrivate(file, secrets)
  return secrets
}
