import type { Clock } from '../ports.ts'
import type { CategoryStore } from '../store/category-store.ts'
import type { ProductStore } from '../store/product-store.ts'

/** What the features of the catalogue share. */
export interface Catalogue {
  readonly products: ProductStore
  readonly categories: CategoryStore
  readonly clock: Clock
  /** A new id; random, so it comes from outside. */
  readonly newId: (prefix: 'prd' | 'cat' | 'imp' | 'mov') => string
}
