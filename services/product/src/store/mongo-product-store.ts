import type { mongo } from 'mongoose'
import { compareAndSet, duplicateIndexOf, newAggregate } from '@toko/database'
import { decodeCursor, encodeCursor } from '@toko/http'
import type { StoredProduct } from '../domain/product.ts'
import type { ProductDocument } from './models.ts'
import { pagePipeline, positionOf, sortOrders, wordsOf } from './mongo-product-search.ts'
import type { ProductStore, Taken } from './product-store.ts'

type Filter = mongo.Filter<ProductDocument>

const takenBy: Readonly<Record<string, Taken>> = { one_product_per_slug: 'slug', one_product_per_sku: 'sku' }

/** The refusal as a value, or the error itself. */
async function orTaken<T>(write: Promise<T>): Promise<T | Taken> {
  try {
    return await write
  } catch (error) {
    const taken = takenBy[duplicateIndexOf(error) ?? '']
    if (taken) return taken
    throw error
  }
}

export function mongoProductStore(products: mongo.Collection<ProductDocument>): ProductStore {
  const one = (filter: object) => products.findOne(filter as Filter) as Promise<StoredProduct | null>
  const many = (filter: object) => products.find(filter as Filter).toArray() as Promise<StoredProduct[]>
  return {
    insert(id, product, nowMs) {
      const document: ProductDocument = { ...product, ...newAggregate(id, nowMs) }
      const write = products.insertOne(document)
      return orTaken(write.then(() => document))
    },
    get: (id) => one({ _id: id }),
    getBySlug: async (slug) => (await one({ slug })) ?? one({ oldSlugs: slug }),
    getBySku: (sku) => one({ 'variants.sku': sku }),
    getMany: (ids) => many({ _id: { $in: [...ids] } }),
    getManyBySku: (skus) => many({ 'variants.sku': { $in: [...skus] } }),
    write: (id, rev, product, nowMs) =>
      orTaken(compareAndSet(products, { _id: id, rev }, { set: { ...product } }, { nowMs })),
    async search(filter, sort, limit, cursor) {
      if (filter.q !== undefined && wordsOf(filter.q) === '') return { items: [], next: null }
      const binding = [sort, filter]
      const position = cursor === undefined ? undefined : decodeCursor(binding, sortOrders[sort].position, cursor)
      const pipeline = pagePipeline(filter, sort, limit + 1, position)
      const found = (await products.aggregate(pipeline).toArray()) as (StoredProduct & { score?: number })[]
      const items = found.slice(0, limit)
      const next = found.length > limit ? encodeCursor(binding, positionOf(sort, items.at(-1)!)) : null
      return { items, next }
    },
  }
}
