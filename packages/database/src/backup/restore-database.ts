import type { mongo } from 'mongoose'
import { type CollectionRules, draftPrefix, isOfRestore, markerName, readRules } from './collection-rules.ts'
import { fillDraft, validation } from './draft-collection.ts'

/** What a database holds before a restore. */
export interface Present {
  readonly collections: readonly { readonly name: string; readonly documents: number }[]
  /** Of a restore that was killed while it swapped collections: which backup it was of. */
  readonly underway: string | undefined
}

/** Counts what is there; collections of a killed restore are nobody's and left out. */
export async function readPresent(db: mongo.Db): Promise<Present> {
  const rules = await readRules(db)
  const collections = []
  for (const { name } of rules.filter((each) => !isOfRestore(each.name)))
    collections.push({ name, documents: await db.collection(name).countDocuments() })
  const marker = await markers(db).findOne({})
  return { collections, underway: marker?.backup }
}

export interface RestoreSource {
  /** Identity of the backup: a restore that was killed goes on only with the same one. */
  readonly backup: string
  readonly collections: readonly CollectionRules[]
  documents(collection: string): AsyncIterable<Uint8Array>
}

export interface RestoreProgress {
  loaded(name: string, documents: number): void
}

const markers = (db: mongo.Db) => db.collection<{ _id: 'restore'; backup: string }>(markerName)

/**
 * Makes the database what the backup is: first every collection beside the present one, complete and read back, then each takes
 * the other's place, and what the backup does not know is dropped. Killed before the swap, nothing has changed; killed
 * in it, a marker says so and the same call again ends it. Nothing else should write meanwhile.
 */
export async function restoreDatabase(db: mongo.Db, source: RestoreSource, progress: RestoreProgress): Promise<void> {
  const leftOver = (await readRules(db)).filter(({ name }) => name.startsWith(draftPrefix))
  for (const { name } of leftOver) await db.dropCollection(name)
  for (const rules of source.collections) {
    progress.loaded(rules.name, await fillDraft(db, rules, source.documents(rules.name)))
  }
  await markers(db).replaceOne({ _id: 'restore' }, { backup: source.backup }, { upsert: true })
  const names = new Set(source.collections.map(({ name }) => name))
  const surplus = (await readRules(db)).filter(({ name }) => !names.has(name) && !isOfRestore(name))
  for (const { name } of surplus) await db.dropCollection(name)
  for (const rules of source.collections) await takePlace(db, rules)
  await db.dropCollection(markerName)
}

async function takePlace(db: mongo.Db, { name, options }: CollectionRules): Promise<void> {
  await db.renameCollection(draftPrefix + name, name, { dropTarget: true })
  const rules = Object.entries(options).filter(([key]) => validation.has(key))
  if (rules.length > 0) await db.command({ collMod: name, ...Object.fromEntries(rules) })
}
