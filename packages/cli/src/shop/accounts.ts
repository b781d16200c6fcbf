import { join } from 'node:path'
import { readPrivate } from '../io/private-file.ts'

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

/** The secret of the edge from this command to the user service, as the single process keeps it. */
export const cliSecret = (dataDir: string) =>
  process.env['TOKO_CLI_SECRET'] ||
  (readPrivate(join(dataDir, 'secrets.json')) as Record<string, string> | undefined)?.['cli>user']
