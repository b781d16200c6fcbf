import type { CategoryData, StoredCategory } from '../domain/category.ts'
import type { Page } from './product-store.ts'

/** Categories; few, flat. Adapter: mongo-category-store.ts. */
export interface CategoryStore {
  insert(id: string, category: CategoryData, nowMs: number): Promise<StoredCategory | 'slug'>
  get(id: string): Promise<StoredCategory | null>
  getBySlug(slug: string): Promise<StoredCategory | null>
  /** Those of `ids` that exist. */
  existing(ids: readonly string[]): Promise<readonly string[]>
  write(id: string, rev: number, category: CategoryData, nowMs: number): Promise<StoredCategory | 'slug' | null>
  list(limit: number, cursor?: string): Promise<Page<StoredCategory>>
}
