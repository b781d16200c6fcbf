import { errors, type ProductQuery } from '@toko/contracts'
import type { StoredProduct } from '../domain/product.ts'
import type { Page } from '../store/product-store.ts'
import type { Catalogue } from './catalogue.ts'

export interface ProductList extends Page<StoredProduct> {
  /** Of `ids=`: those that are unknown or not for this reader. */
  readonly missing?: string[]
}

const fault = (name: string, detail: string) =>
  errors.validation({ errors: [{ pointer: `query/${name}`, code: 'invalid', detail }] })

/** Shoppers see what is published, staff everything. */
const isVisible = (isStaff: boolean) => (product: StoredProduct) => isStaff || product.status === 'published'

/** @throws not-found for drafts and archived products, too, unless staff asks */
export async function viewableProduct({ products }: Catalogue, id: string, isStaff: boolean): Promise<StoredProduct> {
  const product = await products.get(id)
  if (!product || !isVisible(isStaff)(product)) throw errors.notFound()
  return product
}

async function byIds({ products }: Catalogue, ids: readonly string[], isStaff: boolean): Promise<ProductList> {
  const found = new Map((await products.getMany(ids)).filter(isVisible(isStaff)).map((each) => [each._id, each]))
  const distinct = [...new Set(ids)]
  const items = distinct.flatMap((id) => found.get(id) ?? [])
  return { items, next: null, missing: distinct.filter((id) => !found.has(id)) }
}

/** Undefined for a category that does not exist: nothing is in it. */
async function categoryIdOf({ categories }: Catalogue, category: string): Promise<string | undefined> {
  return category.startsWith('cat_') ? category : (await categories.getBySlug(category))?._id
}

/** Search, batch read or look-up by slug, as the query says. @throws validation, forbidden, not-found, cursor-invalid */
export async function listProducts(catalogue: Catalogue, query: ProductQuery, isStaff: boolean): Promise<ProductList> {
  const { limit, cursor, sort, ids, slug, category, status = 'published', ...filter } = query
  const isSearch = [cursor, sort, category, query.status, ...Object.values(filter)].some((value) => value !== undefined)
  if ([ids !== undefined, slug !== undefined, isSearch].filter(Boolean).length > 1)
    throw fault(ids ? 'ids' : 'slug', 'goes with no other parameter')
  if (ids) return byIds(catalogue, ids, isStaff)
  if (slug !== undefined) {
    const product = await catalogue.products.getBySlug(slug)
    if (!product || !isVisible(isStaff)(product)) throw errors.notFound()
    return { items: [product], next: null }
  }
  if (status !== 'published' && !isStaff) throw errors.forbidden()
  if (sort === 'relevance' && filter.q === undefined) throw fault('sort', 'relevance needs q')
  const categoryId = category === undefined ? undefined : await categoryIdOf(catalogue, category)
  if (category !== undefined && categoryId === undefined) return { items: [], next: null }
  const order = sort ?? (filter.q === undefined ? 'newest' : 'relevance')
  return catalogue.products.search({ ...filter, status, categoryId }, order, limit, cursor)
}

/** Variants by SKU with their products, in the order asked for. */
export async function listVariants({ products }: Catalogue, skus: readonly string[], isStaff: boolean) {
  const found = new Map(
    (await products.getManyBySku(skus))
      .filter(isVisible(isStaff))
      .flatMap((product) => product.variants.map((variant) => [variant.sku, { product, variant }] as const)),
  )
  const distinct = [...new Set(skus)]
  return {
    items: distinct.flatMap((sku) => found.get(sku) ?? []),
    missing: distinct.filter((sku) => !found.has(sku)),
  }
}
