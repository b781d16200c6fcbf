import { describe, expect, it } from 'vitest'
import { slugOf, type StoredVariant, withDerived } from './product.ts'
import { bestLevel, stockLevelOf } from './stock.ts'

const variant = (priceMinor: number, stockLevel: StoredVariant['stockLevel']): StoredVariant => ({
  sku: `S-${priceMinor}`,
  options: {},
  priceMinor,
  compareAtMinor: null,
  stockLevel,
  stockRev: 1,
})
const base = {
  slug: 's',
  oldSlugs: [],
  title: 'Éclair',
  description: '',
  status: 'draft',
  categoryIds: [],
  tags: [],
  images: [],
  currency: 'IDR',
  editedRev: 1,
} as const

describe('a product', () => {
  it('follows its variants', () => {
    const data = withDerived({ ...base, variants: [variant(5, 'out'), variant(3, 'low'), variant(9, 'out')] })
    expect(data).toMatchObject({ priceMinMinor: 3, priceMaxMinor: 9, stockLevel: 'low' })
    expect(withDerived({ ...base, variants: [] })).toMatchObject({ priceMinMinor: 0, stockLevel: 'out' })
  })

  it.each([
    ['Tea, green (50 g)', 'tea-green-50-g'],
    ['  Crème brûlée!  ', 'creme-brulee'],
    ['日本茶', ''],
    [`${'long '.repeat(40)}end`, 'long-'.repeat(14).slice(0, -1)],
  ])('%s gets the slug %s', (title, slug) => {
    expect(slugOf(title)).toBe(slug)
  })
})

describe('stock levels', () => {
  it('are coarse', () => {
    expect([-1, 0, 1, 5, 6].map((available) => stockLevelOf(available, 5))).toEqual([
      'out',
      'out',
      'low',
      'low',
      'in-stock',
    ])
    expect([bestLevel([]), bestLevel(['out', 'low']), bestLevel(['out', 'in-stock', 'low'])]).toEqual([
      'out',
      'low',
      'in-stock',
    ])
  })
})
