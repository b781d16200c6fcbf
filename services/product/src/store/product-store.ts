import type { ProductSort, ProductStatus } from '@toko/contracts'
import type { ProductData, StoredProduct } from '../domain/product.ts'

export interface ProductFilter {
  readonly status: ProductStatus
  readonly q?: string | undefined
  readonly categoryId?: string | undefined
  readonly tag?: string | undefined
  readonly priceMin?: number | undefined
  readonly priceMax?: number | undefined
  readonly inStock?: boolean | undefined
}

export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

/** Which unique index refused a write. */
export type Taken = 'slug' | 'sku'

/** The catalogue. Writes are one document with its revision in the filter. Adapter: mongo-product-store.ts. */
export interface ProductStore {
  insert(id: string, product: ProductData, nowMs: number): Promise<StoredProduct | Taken>
  get(id: string): Promise<StoredProduct | null>
  /** By its slug, or else by one it had before. */
  getBySlug(slug: string): Promise<StoredProduct | null>
  getBySku(sku: string): Promise<StoredProduct | null>
  getMany(ids: readonly string[]): Promise<StoredProduct[]>
  getManyBySku(skus: readonly string[]): Promise<StoredProduct[]>
  /** Null when the product is no longer at revision `rev`. */
  write(id: string, rev: number, product: ProductData, nowMs: number): Promise<StoredProduct | Taken | null>
  /** @throws cursor-invalid */
  search(filter: ProductFilter, sort: ProductSort, limit: number, cursor?: string): Promise<Page<StoredProduct>>
}
