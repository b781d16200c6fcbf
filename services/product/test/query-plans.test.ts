import type { ProductSort } from '@toko/contracts'
import { asDate, dueFilter } from '@toko/database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pagePipeline } from '../src/store/mongo-product-search.ts'
import { newSku, type ProductUnderTest, startProduct, times } from './harness.ts'

let product: ProductUnderTest

beforeAll(async () => {
  product = await startProduct()
  await times(12, (i) => product.sell([newSku()], i, { tags: [i % 2 ? 'odd' : 'even'] }))
})
afterAll(async () => {
  await product.stop()
})

/** Every stage of the winning plans, wherever the server nests them. */
function stagesOf(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(stagesOf)
  if (typeof plan !== 'object' || plan === null) return []
  return Object.entries(plan).flatMap(([key, value]) => {
    if (key === 'rejectedPlans') return []
    return key === 'stage' && typeof value === 'string' ? [value] : stagesOf(value)
  })
}

const filters = {
  all: {},
  category: { categoryId: `cat_${'0'.repeat(32)}` },
  tag: { tag: 'odd' },
  price: { priceMin: 1, priceMax: 99_999 },
  stock: { inStock: true },
  words: { q: 'thing' },
  everything: { q: 'thing', categoryId: 'cat_1', tag: 'odd', priceMin: 1, priceMax: 2, inStock: false },
}
const sorts = ['newest', 'price-asc', 'price-desc', 'title', 'relevance'] as const
const after: Record<ProductSort, (string | number)[]> = {
  newest: ['prd_5'],
  'price-asc': [5, 'prd_5'],
  'price-desc': [5, 'prd_5'],
  title: ['thing', 'prd_5'],
  relevance: [1.5, 'prd_5'],
}
const cases = Object.entries(filters).flatMap(([name, filter]) =>
  sorts.filter((sort) => sort !== 'relevance' || 'q' in filter).map((sort) => [name, sort, filter] as const),
)

describe('no query scans a collection', () => {
  it.each(cases)('products: %s by %s', async (_name, sort, filter) => {
    for (const position of [undefined, after[sort]]) {
      const pipeline = pagePipeline({ status: 'published', ...filter }, sort, 21, position)
      const stages = stagesOf(await product.products.aggregate(pipeline).explain('queryPlanner'))
      expect(stages.length).toBeGreaterThan(0)
      expect(stages).not.toContain('COLLSCAN')
    }
  })

  it('plain lists come sorted out of the index', async () => {
    for (const sort of ['newest', 'price-asc', 'price-desc', 'title'] as const) {
      const filter = { status: 'published', categoryId: 'cat_1' } as const
      const stages = stagesOf(
        await product.products.aggregate(pagePipeline(filter, sort, 21, after[sort])).explain('queryPlanner'),
      )
      expect(stages, sort).not.toContain('SORT')
    }
  })

  it.each([
    ['products by sku', () => product.products.find({ 'variants.sku': { $in: ['A-1', 'B-1'] } })],
    ['offers', () => product.products.find({ 'variants.sku': { $in: ['A-1'] }, status: 'published' })],
    ['products by slug', () => product.products.find({ slug: 'x' })],
    ['products by old slug', () => product.products.find({ oldSlugs: 'x' })],
    ['reservations due', () => product.reservations.find(dueFilter('nextAttemptAt', 1, 9)).sort({ nextAttemptAt: 1 })],
    ['outboxes due', () => product.reservations.find(dueFilter('outboxAt', 1, 9, asDate)).sort({ outboxAt: 1 })],
    ['outboxes waiting', () => product.reservations.find({ outboxAt: { $exists: true } })],
    ['parked reservations', () => product.reservations.find({ 'parked.at': { $exists: true } })],
    ['parked stock', () => product.stock.find({ 'parked.at': { $exists: true } })],
    ['entries to prune', () => product.stock.find(dueFilter('pruneAt', 1, 9)).sort({ pruneAt: 1 })],
    ['movements to copy', () => product.stock.find({ pendingAt: { $lte: 1 } }).sort({ pendingAt: 1 })],
    ['a ledger', () => product.movements.find({ sku: 'A-1', seq: { $gt: 1 } }).sort({ seq: 1 })],
    ['a movement by key', () => product.movements.find({ sku: 'A-1', key: 'k' })],
    ['imports due', () => product.imports.find(dueFilter('nextAttemptAt', 1, 9)).sort({ nextAttemptAt: 1 })],
    ['audit pages', () => product.reservations.find({ _id: { $gt: 'ord_1' } }).sort({ _id: 1 })],
  ])('%s', async (_name, query) => {
    const stages = stagesOf(await query().explain('queryPlanner'))
    expect(stages).toContain('IXSCAN')
    expect(stages).not.toContain('COLLSCAN')
    expect(stages).not.toContain('SORT')
  })
})
