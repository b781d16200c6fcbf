import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserFaultError } from '@toko/runtime'

/** By name: `order>product` is the secret of the edge from order to product. */
export type Secrets = Readonly<Record<string, string>>

/** Both ends of an edge, each with a variable of its own, give the same name; so do the two ends of the webhook. */
export function secretName(service: string, key: string): string {
  const [, direction, other] = /^(to|from)([A-Z]\w*)Secret$/.exec(key) ?? []
  if (other === undefined) return key === 'webhookSecret' ? 'payment.webhook' : `${service}.${key}`
  const peer = other.toLowerCase()
  return direction === 'to' ? `${service}>${peer}` : `${peer}>${service}`
}

/**
 * Secrets that nobody configured: random, made once, kept in `<dataDir>/secrets.json` for its owner alone.
 * @throws UserFaultError for a damaged file
 */
export function keptSecrets(dataDir: string, names: readonly string[]): Secrets {
  const file = join(dataDir, 'secrets.json')
  mkdirSync(dataDir, { recursive: true })
  for (;;) {
    const known = read(file)
    const missing = names.filter((name) => known?.[name] === undefined)
    if (known && missing.length === 0) return known
    const made = missing.map((name) => [name, randomBytes(32).toString('base64url')] as const)
    const secrets = { ...known, ...Object.fromEntries(made) }
    if (write(file, secrets, known === undefined)) return secrets
  }
}

function read(file: string): Secrets | undefined {
  try {
    const secrets = JSON.parse(readFileSync(file, 'utf8')) as Secrets
    if (Object.values(secrets).every((secret) => typeof secret === 'string' && secret.length >= 16)) return secrets
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new UserFaultError(`${file} is damaged: mend it, or remove it to get new secrets (everybody signs in again)`)
}

/** Whole or not at all. False when another process made the file first: its secrets count then. */
function write(file: string, secrets: Secrets, isNew: boolean): boolean {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    if (isNew) linkSync(draft, file)
    else renameSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
