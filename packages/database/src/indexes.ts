import type { Model } from 'mongoose'
import { mongo } from 'mongoose'
import { duplicateIndexOf } from './database-errors.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- any model has indexes
type AnyModel = Model<any>

/** Building needs longer than a request may take. */
const buildTimeoutMs = 300_000

interface CollectionRules {
  readonly model: AnyModel
  /** `$jsonSchema` or `$expr` that the server checks on every write. */
  readonly validator?: mongo.Document
}

/**
 * Creates collections, validators and the indexes that the schemas declare. Safe to run again and on several replicas at once;
 * never drops anything. @throws Error naming the index and the model when existing documents are not unique
 */
export async function buildIndexes(rules: readonly CollectionRules[]): Promise<void> {
  for (const { model, validator } of rules) {
    const { collectionName } = model.collection
    const db = model.db.db as unknown as mongo.Db
    await createCollection(db, collectionName)
    if (validator) await db.command({ collMod: collectionName, validator }, { timeoutMS: buildTimeoutMs })
    for (const [keys, options] of model.schema.indexes()) {
      const indexOptions = { ...(options as mongo.CreateIndexesOptions), timeoutMS: buildTimeoutMs }
      await model.collection.createIndex(keys as mongo.IndexSpecification, indexOptions).catch((cause: unknown) => {
        const index = duplicateIndexOf(cause)
        if (index === undefined) throw cause
        throw new Error(`${collectionName}: index ${index} can't be unique, existing documents repeat a value`, {
          cause,
        })
      })
    }
  }
}

async function createCollection(db: mongo.Db, name: string): Promise<void> {
  await db.createCollection(name, { timeoutMS: buildTimeoutMs }).catch((error: unknown) => {
    const existsAlready = error instanceof mongo.MongoServerError && error.codeName === 'NamespaceExists'
    if (!existsAlready) throw error
  })
}

/** A model's collection, typed by its documents, for writes whose values a route validated already. */
export function collectionOf<T extends mongo.Document>(model: Model<T>): mongo.Collection<T> {
  return model.collection as unknown as mongo.Collection<T>
}
