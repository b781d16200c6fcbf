import { UserFaultError } from '@toko/runtime'
import { type Model, mongo } from 'mongoose'
import { duplicateIndexOf } from './database-errors.ts'
import { untilReachable } from './until-reachable.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- any model has indexes
type AnyModel = Model<any>

/** An index on many documents takes minutes: far beyond the limits of a request's connection. */
const buildLimitMs = 30 * 60_000

interface CollectionRules {
  readonly model: AnyModel
  /** `$jsonSchema` or `$expr` that the server checks on every write. */
  readonly validator?: mongo.Document
}

/**
 * Creates collections, validators and the indexes that the schemas declare, over a connection of its own. Safe to run again
 * and on several replicas at once; never drops anything. Waits for a server that goes away meanwhile.
 * @throws UserFaultError naming the index and the collection when existing documents are not unique
 */
export async function buildIndexes(rules: readonly CollectionRules[]): Promise<void> {
  const connection = rules[0]?.model.db
  if (!connection) return
  const { s, options } = connection.getClient() as unknown as { s: { url: string }; options: mongo.MongoOptions }
  const client = new mongo.MongoClient(s.url, {
    ...(options.credentials
      ? { auth: { username: options.credentials.username, password: options.credentials.password } }
      : {}),
    appName: options.appName ?? 'toko',
    maxPoolSize: 1,
    serverSelectionTimeoutMS: 5000,
    socketTimeoutMS: buildLimitMs,
    writeConcern: { w: 'majority' },
  })
  try {
    for (const each of rules) await untilReachable(() => build(client.db(connection.name), each))
  } finally {
    await client.close()
  }
}

async function build(db: mongo.Db, { model, validator }: CollectionRules): Promise<void> {
  const name = model.collection.collectionName
  await db.createCollection(name).catch((error: unknown) => {
    const existsAlready = error instanceof mongo.MongoServerError && error.codeName === 'NamespaceExists'
    if (!existsAlready) throw error
  })
  if (validator) await db.command({ collMod: name, validator })
  for (const [keys, options] of model.schema.indexes()) {
    const spec = [keys as mongo.IndexSpecification, options as mongo.CreateIndexesOptions] as const
    await db
      .collection(name)
      .createIndex(...spec)
      .catch((cause: unknown) => {
        const index = duplicateIndexOf(cause)
        if (index === undefined) throw cause
        throw new UserFaultError(`${name}: index ${index} can't be unique, existing documents repeat a value`, {
          cause,
        })
      })
  }
}

/** A model's collection, typed by its documents, for writes whose values a route validated already. */
export function collectionOf<T extends mongo.Document>(model: Model<T>): mongo.Collection<T> {
  return model.collection as unknown as mongo.Collection<T>
}
