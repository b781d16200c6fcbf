import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolderOwner } from '@toko/database'
import type { Diagnosis } from './diagnosis.ts'

export function lookAtDataFolder(dataDir: string): Diagnosis & { readonly ownerPid?: number } {
  const what = 'data folder'
  if (!existsSync(dataDir)) return { what, state: 'ok', found: `${dataDir} will be made` }
  try {
    accessSync(dataDir, constants.W_OK)
  } catch {
    return { what, state: 'fail', found: `${dataDir} is not writable`, advice: 'choose another with --data-dir' }
  }
  for (const name of ['secrets.json', 'accounts.json']) {
    const mode = statSync(join(dataDir, name), { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) !== 0)
      return { what, state: 'warn', found: `${name} may be read by others`, advice: `chmod 600 ${join(dataDir, name)}` }
  }
  const folder = join(dataDir, 'data')
  const owner = existsSync(folder) ? dataFolderOwner(folder) : undefined
  if (owner) return { what, state: 'ok', found: `${dataDir}, in use by pid ${owner.pid}`, ownerPid: owner.pid }
  return { what, state: 'ok', found: `${dataDir}, not in use` }
}
