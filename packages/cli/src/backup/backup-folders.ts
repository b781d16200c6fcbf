import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Failure } from '../io/failure.ts'
import { manifestName } from './manifest.ts'

const draftSuffix = '.draft'
/** Longer than any backup can take: its snapshot would be too old. */
const abandonedAfterMs = 24 * 3600_000

/** `order-2026-11-29T01-40-00.123Z`: in order of time by name, and no character that a file system refuses. */
export const folderName = (database: string, takenAt: string): string => `${database}-${takenAt.replaceAll(':', '-')}`
/** Where a backup is written until it is whole; two at a time have folders of their own. */
export const draftName = (database: string): string => `${database}.${randomUUID().slice(0, 8)}${draftSuffix}`

const timeOf = /-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)$/

/** Whole backups of a database in this folder, the oldest first. */
function backupsOf(folder: string, database: string): string[] {
  const isOne = (name: string) => timeOf.test(name) && name.replace(timeOf, '') === database
  return entriesOf(folder)
    .filter((name) => isOne(name) && existsSync(join(folder, name, manifestName)))
    .toSorted()
    .map((name) => join(folder, name))
}

/** @throws Failure when there is no such folder */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw new Failure(`${folder} can't be read: ${(error as Error).message}`, 2)
  }
}

/** The backup that is meant: this folder, or the newest of the database in it. @throws Failure when there is none */
export function findBackup(folder: string, database: string): string {
  if (existsSync(join(folder, manifestName))) return folder
  const newest = backupsOf(folder, database).at(-1)
  if (newest === undefined) throw new Failure(`${folder} holds no backup of the database ${database}`)
  return newest
}

/** Removes all but the newest `keep` of a database, and what killed backups left a day ago; the names of the former. */
export function removeOld(folder: string, database: string, keep: number): string[] {
  const old = backupsOf(folder, database).slice(0, -keep)
  const drafts = entriesOf(folder)
    .filter((name) => name.startsWith(`${database}.`) && name.endsWith(draftSuffix))
    .map((name) => join(folder, name))
    .filter((path) => Date.now() - statSync(path).mtimeMs > abandonedAfterMs)
  for (const path of [...old, ...drafts]) rmSync(path, { recursive: true, force: true })
  return old.map((path) => basename(path))
}
