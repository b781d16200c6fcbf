import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenDatabase, readSnapshot, type Snapshot, SnapshotLostError } from '@toko/database'
import { Failure } from '../io/failure.ts'
import { writeBsonFile } from './bson-file.ts'
import { draftName, folderName } from './backup-folders.ts'
import { type Manifest, manifestName, manifestText, withRules } from './manifest.ts'

export interface Backup {
  readonly folder: string
  readonly manifest: Manifest
}

/** Services build indexes and put validators on at each of their starts; several start at once after an upgrade. */
const mostAttempts = 5

/**
 * Writes one database, as it is at one moment, into a new folder in `out`. A folder with its final name is whole and on the disk.
 * @param onLost hears why a snapshot had to be begun again
 * @throws Failure when the database is empty or changes too often
 */
export async function takeBackup(
  database: OpenDatabase,
  out: string,
  onLost: (why: string) => void,
  afterLostMs = 2000,
): Promise<Backup> {
  mkdirSync(out, { recursive: true, mode: 0o700 })
  const draft = join(out, draftName(database.name))
  for (let attempt = 1; ; attempt++) {
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { mode: 0o700 })
    try {
      const manifest = await readSnapshot(database, (snapshot) => write(database.name, snapshot, draft))
      const folder = join(out, folderName(manifest.database, manifest.takenAt))
      renameSync(draft, folder)
      await sync(out)
      return { folder, manifest }
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (!(error instanceof SnapshotLostError)) throw error
      if (attempt === mostAttempts) throw new Failure(`no snapshot held in ${attempt} attempts: ${error.message}`)
      onLost(error.message)
      await sleep(afterLostMs)
    }
  }
}

async function write(database: string, { takenAtMs, collections, documents }: Snapshot, draft: string) {
  if (collections.length === 0) throw new Failure(`there is no database ${database}, or it has no collection`)
  const written: Manifest['collections'][number][] = []
  for (const [n, { name }] of collections.entries()) {
    // Numbered: a collection's name may hold what a file's may not.
    const file = `${String(n).padStart(3, '0')}-${name.replaceAll(/[^\w.-]/g, '_')}.bson.gz`
    written.push({ name, file, ...(await writeBsonFile(join(draft, file), documents(name))) })
  }
  const takenAt = new Date(takenAtMs).toISOString()
  const manifest = withRules(collections, { database, takenAt, collections: written })
  await writeFile(join(draft, manifestName), manifestText(manifest), { mode: 0o600, flush: true })
  await sync(draft)
  return manifest
}

/** A folder's own entries. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
