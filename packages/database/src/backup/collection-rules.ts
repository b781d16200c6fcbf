import { isDeepStrictEqual } from 'node:util'
import { UserFaultError } from '@toko/runtime'
import { mongo } from 'mongoose'

/** What a collection is apart from its documents. */
export interface CollectionRules {
  readonly name: string
  /** As `create` takes them, `validator` and its level among them. */
  readonly options: mongo.Document
  /** As `createIndexes` takes them; the index of `_id` comes by itself. */
  readonly indexes: readonly mongo.Document[]
}

/** Collections of a restore that is under way or was killed: no part of anybody's data. */
export const draftPrefix = 'restore.draft.'
export const markerName = 'restore.underway'
export const isOfRestore = (name: string): boolean => name.startsWith(draftPrefix) || name === markerName

/** All collections with their options and indexes, by name. @throws UserFaultError for a view or a time series, whose documents are not their own */
export async function readRules(db: mongo.Db): Promise<CollectionRules[]> {
  const found = await db.listCollections({}, { nameOnly: false }).toArray()
  const own = found.filter(({ name }) => !name.startsWith('system.'))
  const strange = own.find(({ type }) => type !== 'collection')
  if (strange) throw new UserFaultError(`${strange.name} is a ${strange.type}, which no backup can hold`)
  const rules: CollectionRules[] = []
  for (const { name, options } of own.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const indexes = await db.collection(name).listIndexes().toArray()
    rules.push({ name, options: options ?? {}, indexes: indexes.filter((each) => each['name'] !== '_id_').map(rule) })
  }
  return rules
}

/** Without what the server adds by itself. */
function rule({ v: _v, ns: _ns, ...index }: mongo.Document): mongo.Document {
  return index
}

/** The first collection that differs between two readings, or undefined. */
export function changedCollection(
  before: readonly CollectionRules[],
  after: readonly CollectionRules[],
): string | undefined {
  const names = [...new Set([...before, ...after].map(({ name }) => name))]
  const of = (rules: readonly CollectionRules[], name: string) => rules.find((each) => each.name === name)
  return names.find((name) => !isDeepStrictEqual(of(before, name), of(after, name)))
}

/** Rules as text: extended JSON, since an index may be partial by a date. */
export const stringifyRules = (rules: readonly CollectionRules[]): string => mongo.BSON.EJSON.stringify(rules)
export const parseRules = (text: string): CollectionRules[] => mongo.BSON.EJSON.parse(text) as CollectionRules[]
