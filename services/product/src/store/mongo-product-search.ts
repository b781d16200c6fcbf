import type { mongo } from 'mongoose'
import { z } from 'zod'
import type { ProductSort } from '@toko/contracts'
import type { StoredProduct } from '../domain/product.ts'
import type { ProductFilter } from './product-store.ts'

/** One sort of the allow-list: its key, direction, and what a cursor holds. `_id` makes every position unique. */
interface SortOrder {
  readonly field: '_id' | 'priceMinMinor' | 'titleKey' | 'score'
  readonly direction: 1 | -1
  readonly position: z.ZodType<readonly (string | number)[]>
}

const id = z.string().max(64)
const byNumber = z.tuple([z.number(), id])

export const sortOrders: Readonly<Record<ProductSort, SortOrder>> = {
  // Ids are UUIDv7: their order is that of creation.
  newest: { field: '_id', direction: -1, position: z.tuple([id]) },
  'price-asc': { field: 'priceMinMinor', direction: 1, position: byNumber },
  'price-desc': { field: 'priceMinMinor', direction: -1, position: byNumber },
  title: { field: 'titleKey', direction: 1, position: z.tuple([z.string().max(1000), id]) },
  relevance: { field: 'score', direction: -1, position: byNumber },
}

/** More words only cost time. */
const maxWords = 12

/** `q` as words: quotes and minus are operators of $text, everything else that is no letter or digit separates. */
export function wordsOf(q: string): string {
  return (q.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, maxWords).join(' ')
}

/** Filter from validated scalars only. Every index begins with the status, so no query scans the collection. */
function filterOf({ status, q, categoryId, tag, priceMin, priceMax, inStock }: ProductFilter): mongo.Document {
  return {
    ...(q === undefined ? {} : { $text: { $search: wordsOf(q) } }),
    status,
    ...(categoryId === undefined ? {} : { categoryIds: categoryId }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(priceMin === undefined ? {} : { priceMaxMinor: { $gte: priceMin } }),
    ...(priceMax === undefined ? {} : { priceMinMinor: { $lte: priceMax } }),
    ...(inStock === undefined ? {} : { stockLevel: { $in: inStock ? ['in-stock', 'low'] : ['out'] } }),
  }
}

/** What comes after a position in this order. */
function after({ field, direction }: SortOrder, position: readonly (string | number)[]): mongo.Document {
  const compare = direction === 1 ? '$gt' : '$lt'
  const [value, last] = position
  if (field === '_id') return { _id: { [compare]: value } }
  return { $or: [{ [field]: { [compare]: value } }, { [field]: value, _id: { [compare]: last } }] }
}

/** Stages of one page; the text score is known only after the first match. */
export function pagePipeline(
  filter: ProductFilter,
  sort: ProductSort,
  limit: number,
  position?: readonly (string | number)[],
): mongo.Document[] {
  const order = sortOrders[sort]
  const isScored = order.field === 'score'
  const range = position ? after(order, position) : undefined
  return [
    { $match: range && !isScored ? { $and: [filterOf(filter), range] } : filterOf(filter) },
    ...(isScored ? [{ $set: { score: { $meta: 'textScore' } } }] : []),
    ...(range && isScored ? [{ $match: range }] : []),
    {
      $sort:
        order.field === '_id' ? { _id: order.direction } : { [order.field]: order.direction, _id: order.direction },
    },
    { $limit: limit },
  ]
}

export function positionOf(sort: ProductSort, product: StoredProduct & { score?: number }): (string | number)[] {
  const { field } = sortOrders[sort]
  return field === '_id' ? [product._id] : [product[field]!, product._id]
}
