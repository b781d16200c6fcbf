import { errors, type ProductPatch } from '@toko/contracts'
import type { ProductData, StoredProduct } from '../domain/product.ts'
import type { Catalogue } from './catalogue.ts'
import { changeProduct } from './change-product.ts'
import { requireCategories } from './create-product.ts'

/** Links to a product outlive its slug; the oldest are forgotten. */
const maxOldSlugs = 20

function withSlug(product: StoredProduct, slug: string): Pick<ProductData, 'slug' | 'oldSlugs'> {
  if (slug === product.slug) return { slug, oldSlugs: product.oldSlugs }
  const oldSlugs = [product.slug, ...product.oldSlugs].filter((old) => old !== slug).slice(0, maxOldSlugs)
  return { slug, oldSlugs }
}

/** The product with the patch applied; nothing is taken from the patch but its known fields. */
export function patched(product: StoredProduct, patch: ProductPatch): ProductData {
  const { title, slug, description, categoryIds, tags, images } = patch
  return {
    ...product,
    ...withSlug(product, slug ?? product.slug),
    title: title ?? product.title,
    description: description ?? product.description,
    categoryIds: categoryIds ?? product.categoryIds,
    tags: tags ?? product.tags,
    images: images ?? product.images,
  }
}

/** @throws not-found, precondition-failed, conflict, validation */
export async function editProduct(
  catalogue: Catalogue,
  id: string,
  patch: ProductPatch,
  revision: number,
): Promise<StoredProduct> {
  await requireCategories(catalogue, patch.categoryIds ?? [])
  return changeProduct(
    catalogue,
    () => catalogue.products.get(id),
    (product) => patched(product, patch),
    revision,
  )
}

/** Published to shoppers; again changes nothing. @throws not-found, conflict when archived or without a variant */
export function publishProduct(catalogue: Catalogue, id: string): Promise<StoredProduct> {
  return changeProduct(
    catalogue,
    () => catalogue.products.get(id),
    (product) => {
      if (product.status === 'archived') throw errors.conflict({ detail: 'an archived product stays archived' })
      if (product.variants.length === 0) throw errors.conflict({ detail: 'a product without a variant has no price' })
      return product.status === 'published' ? null : { ...product, status: 'published' }
    },
  )
}

/** Back to a draft; orders and reservations that exist keep their lines. @throws not-found, conflict when archived */
export function unpublishProduct(catalogue: Catalogue, id: string): Promise<StoredProduct> {
  return changeProduct(
    catalogue,
    () => catalogue.products.get(id),
    (product) => {
      if (product.status === 'archived') throw errors.conflict({ detail: 'an archived product stays archived' })
      return product.status === 'draft' ? null : { ...product, status: 'draft' }
    },
  )
}

/** Gone for shoppers for ever; its SKUs and slug stay taken, since orders name them. @throws not-found, precondition-failed */
export function archiveProduct(catalogue: Catalogue, id: string, revision: number): Promise<StoredProduct> {
  return changeProduct(
    catalogue,
    () => catalogue.products.get(id),
    (product) => ({ ...product, status: 'archived' }),
    revision,
  )
}
