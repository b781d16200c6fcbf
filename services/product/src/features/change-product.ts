import { errors } from '@toko/contracts'
import { isUnedited, type ProductData, type StoredProduct, withDerived } from '../domain/product.ts'
import type { Taken } from '../store/product-store.ts'
import type { Catalogue } from './catalogue.ts'

const maxRounds = 10

export const takenError = (taken: Taken) =>
  errors.conflict({ detail: `this ${taken === 'sku' ? 'SKU' : 'slug'} is taken`, extensions: { taken } })

/**
 * Reads, decides, writes if nothing changed meanwhile, else again. With `revision` (If-Match) only as long as nobody else edited it.
 * @throws not-found, precondition-failed, conflict for a taken slug or SKU, overloaded
 */
export async function changeProduct(
  { products, clock }: Catalogue,
  find: () => Promise<StoredProduct | null>,
  decide: (product: StoredProduct) => ProductData | null,
  revision?: number,
): Promise<StoredProduct> {
  for (let round = 0; round < maxRounds; round++) {
    const product = await find()
    if (!product) throw errors.notFound()
    if (revision !== undefined && !isUnedited(product, revision)) throw errors.preconditionFailed()
    const changed = decide(product)
    if (!changed) return product
    const written = await products.write(
      product._id,
      product.rev,
      { ...withDerived(dataOf(changed)), editedRev: product.rev + 1 },
      clock.now(),
    )
    if (written === 'slug' || written === 'sku') throw takenError(written)
    if (written) return written
  }
  throw errors.overloaded({ retryAfterSeconds: 1 })
}

/** The product's own fields: what every document carries is the store's. */
export function dataOf(product: ProductData): ProductData {
  const { slug, oldSlugs, title, description, status, categoryIds, tags, images } = product
  const { currency, variants, titleKey, priceMinMinor, priceMaxMinor, stockLevel, editedRev } = product
  return {
    slug,
    oldSlugs,
    title,
    description,
    status,
    categoryIds,
    tags,
    images,
    currency,
    variants,
    titleKey,
    priceMinMinor,
    priceMaxMinor,
    stockLevel,
    editedRev,
  }
}
