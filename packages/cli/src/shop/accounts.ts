import { join } from 'node:path'
import { readPrivate, readSecretFile } from '../io/private-file.ts'

interface Account {
  readonly email: string
  readonly password: string
}

/** The two accounts that the seed makes. */
export interface Accounts {
  readonly customer: Account
  readonly staff: Account
}

export const accountsFile = (dataDir: string) => join(dataDir, 'accounts.json')

export const knownAccounts = (dataDir: string) => readPrivate(accountsFile(dataDir)) as Accounts | undefined

/**
 * The secret of the edge from this command to the user service: a variable's, a mounted file's, else as the single process
 * keeps it. @throws Failure for a file that can't be read
 */
export function cliSecret(dataDir: string): string | undefined {
  const { TOKO_CLI_SECRET: given, TOKO_CLI_SECRET_FILE: file } = process.env
  if (given) return given
  if (file) return readSecretFile('TOKO_CLI_SECRET_FILE', file)
  return (readPrivate(join(dataDir, 'secrets.json')) as Record<string, string> | undefined)?.['cli>user']
}
