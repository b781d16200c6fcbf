import { createHash } from 'node:crypto'
import { UserFaultError } from '@toko/runtime'
import { mongo } from 'mongoose'
import { type CollectionRules, draftPrefix } from './collection-rules.ts'

const mostDocuments = 1000
const mostBytes = 8 * 1024 * 1024

/** Options that judge documents: these were good enough for the server that they come from. */
export const validation: ReadonlySet<string> = new Set(['validator', 'validationLevel', 'validationAction'])

/**
 * Puts documents into a new collection beside the one that they belong to, reads them back and builds the indexes. The
 * validator is missing: it comes with the name. Resolves with the number of documents.
 * @throws UserFaultError when what the server holds is not what it was sent
 */
export async function fillDraft(
  db: mongo.Db,
  { name, options, indexes }: CollectionRules,
  documents: AsyncIterable<Uint8Array>,
): Promise<number> {
  const rest = Object.fromEntries(Object.entries(options).filter(([key]) => !validation.has(key)))
  const draft = draftPrefix + name
  const collection = await db.createCollection(draft, rest)
  const sent = await insertAll(collection, documents)
  const stored = await digestOf(collection)
  if (stored.sha256 !== sent.sha256) {
    const counts = `${stored.documents} documents are there, ${sent.documents} were sent`
    throw new UserFaultError(`${name}: the server did not store what it was sent (${counts})`)
  }
  // Last: an index that expires documents would begin at once.
  if (indexes.length > 0) await db.command({ createIndexes: draft, indexes, commitQuorum: 'majority' })
  return sent.documents
}

async function insertAll(collection: mongo.Collection, documents: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let [batch, bytes, count]: [mongo.Document[], number, number] = [[], 0, 0]
  const send = async () => {
    if (batch.length > 0) await collection.insertMany(batch, { ordered: true })
    ;[batch, bytes] = [[], 0]
  }
  for await (const each of documents) {
    // Values keep their BSON types: 1 as an int, a long or a double is three things to the server.
    const document = mongo.BSON.deserialize(each, { promoteValues: false, bsonRegExp: true })
    hash.update(mongo.BSON.serialize(document))
    batch.push(document)
    bytes += each.byteLength
    count++
    if (batch.length >= mostDocuments || bytes >= mostBytes) await send()
  }
  await send()
  return { documents: count, sha256: hash.digest('hex') }
}

async function digestOf(collection: mongo.Collection) {
  const hash = createHash('sha256')
  let documents = 0
  for await (const each of collection.find({}, { raw: true, sort: { _id: 1 }, readConcern: 'majority' })) {
    hash.update(each as unknown as Uint8Array)
    documents++
  }
  return { documents, sha256: hash.digest('hex') }
}
