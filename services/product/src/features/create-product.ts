import { errors, type NewProduct, type NewVariant } from '@toko/contracts'
import { slugOf, type StoredProduct, type StoredVariant, withDerived } from '../domain/product.ts'
import type { Catalogue } from './catalogue.ts'
import { takenError } from './change-product.ts'

/** A variant as it begins: its stock level follows when its stock is known. */
export const newVariant = ({ sku, options, price, compareAt }: NewVariant): StoredVariant => ({
  sku,
  options,
  priceMinor: price.amount,
  compareAtMinor: compareAt?.amount ?? null,
  stockLevel: 'out',
  stockRev: 0,
})

/** @throws validation naming the categories that do not exist */
export async function requireCategories({ categories }: Catalogue, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const known = new Set(await categories.existing(ids))
  const unknown = ids.flatMap((id, i) => (known.has(id) ? [] : [i]))
  if (unknown.length === 0) return
  throw errors.validation({
    errors: unknown.map((i) => ({ pointer: `/categoryIds/${i}`, code: 'unknown', detail: 'no such category' })),
  })
}

/** @throws validation when a compare-at price is in another currency than the price */
export function requireOneCurrency(variants: readonly Pick<NewVariant, 'price' | 'compareAt'>[]): void {
  if (variants.some(({ price, compareAt }) => compareAt && compareAt.currency !== price.currency))
    throw errors.validation({
      errors: [{ pointer: '/compareAt/currency', code: 'invalid', detail: 'differs from the currency of the price' }],
    })
}

/** A new draft. A slug that is made from the title gets a few digits of the id when it is taken. @throws conflict */
export async function createProduct(catalogue: Catalogue, product: NewProduct): Promise<StoredProduct> {
  await requireCategories(catalogue, product.categoryIds)
  requireOneCurrency(product.variants)
  const id = catalogue.newId('prd')
  const made = slugOf(product.title)
  const unique = [made, id.slice(-6)].filter(Boolean).join('-')
  const slugs = product.slug === undefined ? [made, unique].filter(Boolean) : [product.slug]
  for (const slug of slugs) {
    const data = withDerived({
      slug,
      oldSlugs: [],
      title: product.title,
      description: product.description,
      status: 'draft',
      categoryIds: product.categoryIds,
      tags: product.tags,
      images: product.images,
      currency: product.variants[0]?.price.currency ?? null,
      variants: product.variants.map(newVariant),
      editedRev: 1,
    })
    const inserted = await catalogue.products.insert(id, data, catalogue.clock.now())
    if (typeof inserted !== 'string') return inserted
    if (inserted === 'sku') throw takenError('sku')
  }
  throw takenError('slug')
}
