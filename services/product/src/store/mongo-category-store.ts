import type { mongo } from 'mongoose'
import { compareAndSet, duplicateIndexOf, newAggregate } from '@toko/database'
import type { StoredCategory } from '../domain/category.ts'
import type { CategoryStore } from './category-store.ts'
import type { CategoryDocument } from './models.ts'
import { pageById } from './mongo-page.ts'

type Filter = mongo.Filter<CategoryDocument>

async function orTaken<T>(write: Promise<T>): Promise<T | 'slug'> {
  try {
    return await write
  } catch (error) {
    if (duplicateIndexOf(error) === 'one_category_per_slug') return 'slug'
    throw error
  }
}

export function mongoCategoryStore(categories: mongo.Collection<CategoryDocument>): CategoryStore {
  const one = (filter: object) => categories.findOne(filter as Filter) as Promise<StoredCategory | null>
  return {
    insert(id, category, nowMs) {
      const document: CategoryDocument = { ...category, ...newAggregate(id, nowMs) }
      const write = categories.insertOne(document)
      return orTaken(write.then(() => document))
    },
    get: (id) => one({ _id: id }),
    getBySlug: (slug) => one({ slug }),
    async existing(ids) {
      const filter = { _id: { $in: [...ids] } } as unknown as Filter
      const found = await categories.find(filter, { projection: { _id: 1 } }).toArray()
      return found.map(({ _id }) => _id)
    },
    write: (id, rev, category, nowMs) =>
      orTaken(compareAndSet(categories, { _id: id, rev }, { set: { ...category } }, { nowMs })),
    list: (limit, cursor) =>
      pageById(
        'categories',
        limit,
        cursor,
        (after, count) =>
          categories
            .find((after === undefined ? {} : { _id: { $gt: after } }) as Filter, { sort: { _id: 1 }, limit: count })
            .toArray() as Promise<StoredCategory[]>,
        ({ _id }) => _id,
        (category) => category,
      ),
  }
}
