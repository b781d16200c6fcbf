import { join } from 'node:path'
import { type OpenDatabase, readPresent, restoreDatabase } from '@toko/database'
import { Failure } from '../io/failure.ts'
import { checkBsonFile, readBsonFile } from './bson-file.ts'
import { type Manifest, readManifest, rulesOf } from './manifest.ts'

export interface Restored {
  readonly manifest: Manifest
  /** What was there before. */
  readonly replaced: readonly { readonly name: string; readonly documents: number }[]
  /** Collections that the backup does not know. */
  readonly dropped: readonly string[]
}

export interface RestoreProgress {
  checked(manifest: Manifest): void
  loaded(name: string, documents: number): void
}

/** Reads all of a backup. @throws Failure saying what is damaged or missing */
async function checkBackup(folder: string): Promise<{ manifest: Manifest; sha256: string }> {
  const read = readManifest(folder)
  for (const { file, ...contents } of read.manifest.collections) await checkBsonFile(join(folder, file), contents)
  return read
}

/**
 * Makes the database what the backup is. Without `replace` only one without documents is touched, or one that a killed restore of
 * this very backup left half done.
 * @throws Failure before anything is written when the backup is damaged or another database's, or the database is not empty
 */
export async function restoreBackup(
  database: OpenDatabase,
  folder: string,
  { replace, progress }: { readonly replace: boolean; readonly progress: RestoreProgress },
): Promise<Restored> {
  const { manifest, sha256 } = await checkBackup(folder)
  if (manifest.database !== database.name)
    throw new Failure(`${folder} is of the database ${manifest.database}, not of ${database.name}`)
  progress.checked(manifest)
  const present = await readPresent(database.db)
  const count = present.collections.reduce((sum, { documents }) => sum + documents, 0)
  if (count > 0 && !replace && present.underway !== sha256)
    throw new Failure(
      `${database.name} at ${database.hosts} holds ${count} documents: --replace says that the backup shall take their place`,
    )
  const fileOf = new Map(manifest.collections.map(({ name, file }) => [name, join(folder, file)]))
  await restoreDatabase(
    database.db,
    { backup: sha256, collections: rulesOf(manifest), documents: (name) => readBsonFile(fileOf.get(name)!) },
    progress,
  )
  const dropped = present.collections.filter(({ name }) => !fileOf.has(name)).map(({ name }) => name)
  return { manifest, replaced: present.collections, dropped }
}
