import { UserFaultError } from '@toko/runtime'
import { mongo } from 'mongoose'
import { changedCollection, type CollectionRules, isOfRestore, markerName, readRules } from './collection-rules.ts'
import type { OpenDatabase } from './open-database.ts'

/** One point in time over all collections of a database. */
export interface Snapshot {
  /** By the server's clock, ms: everything that was acknowledged before is in it. */
  readonly takenAtMs: number
  readonly collections: readonly CollectionRules[]
  /** Documents as BSON, in order of `_id`. @throws SnapshotLostError */
  documents(collection: string): AsyncIterable<Uint8Array>
}

/** The point in time could not be held: collections or indexes changed meanwhile, or it became too old. Begin again. */
export class SnapshotLostError extends Error {
  override readonly name = 'SnapshotLostError'
}

const isData = ({ name }: CollectionRules) => !isOfRestore(name)

const lost = new Set([
  239, // SnapshotTooOld: older than minSnapshotHistoryWindowInSeconds, 5 minutes by default
  246, // SnapshotUnavailable: the collection or an index of it is younger than the snapshot
])

/**
 * Reads a database as it was at one moment, however it goes on meanwhile: a session whose reads are all of one cluster time.
 * @throws SnapshotLostError; UserFaultError while a restore is under way, or was killed between two collections; what `read` throws
 */
export async function readSnapshot<T>(
  { client, db }: Pick<OpenDatabase, 'client' | 'db'>,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const { localTime } = await db.command({ hello: 1 })
  const found = await readRules(db)
  const collections = found.filter(isData)
  if (found.some(({ name }) => name === markerName))
    throw new UserFaultError('a restore of this database did not end: repeat it first')
  const session = client.startSession({ snapshot: true })
  const takenAtMs = (localTime as Date).getTime()
  try {
    const result = await read({ takenAtMs, collections, documents: (name) => documentsOf(db, name, session) })
    const changed = changedCollection(collections, (await readRules(db)).filter(isData))
    if (changed !== undefined) throw new SnapshotLostError(`${changed} was made, changed or dropped meanwhile`)
    return result
  } finally {
    await session.endSession()
  }
}

async function* documentsOf(db: mongo.Db, name: string, session: mongo.ClientSession) {
  try {
    const cursor = db.collection(name).find({}, { raw: true, session, sort: { _id: 1 } })
    // Of a raw cursor the driver gives bytes, which its types do not say.
    for await (const document of cursor) yield document as unknown as Uint8Array
  } catch (error) {
    if (error instanceof mongo.MongoServerError && lost.has(Number(error.code)))
      throw new SnapshotLostError(error.message, { cause: error })
    throw error
  }
}
