import type { Currency, ProductImage, ProductStatus, StockLevel, VariantOptions } from '@toko/contracts'
import { bestLevel } from './stock.ts'

export interface StoredVariant {
  readonly sku: string
  readonly options: VariantOptions
  readonly priceMinor: number
  readonly compareAtMinor: number | null
  /** Copy of the stock's level, eventually exact. */
  readonly stockLevel: StockLevel
  /** Revision of the stock it was copied from: an older one never overwrites a newer (R8). */
  readonly stockRev: number
}

/** What the catalogue knows of a product; the derived fields make every filter and sort an index lookup. */
export interface ProductData {
  readonly slug: string
  /** Earlier slugs: links to them keep working. */
  readonly oldSlugs: readonly string[]
  readonly title: string
  readonly description: string
  readonly status: ProductStatus
  readonly categoryIds: readonly string[]
  readonly tags: readonly string[]
  readonly images: readonly ProductImage[]
  /** Null as long as there is no variant. */
  readonly currency: Currency | null
  readonly variants: readonly StoredVariant[]
  /** Derived: sort key of the title. */
  readonly titleKey: string
  /** Derived; 0 without variants. */
  readonly priceMinMinor: number
  readonly priceMaxMinor: number
  readonly stockLevel: StockLevel
  /** Revision that the last edit by a person made; later ones are copies of the stock level. */
  readonly editedRev: number
}

export interface StoredProduct extends ProductData {
  readonly _id: string
  readonly rev: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/**
 * Whether nobody edited the product since this revision was seen. A sale changes the level that is shown, and so the ETag,
 * but no field that an edit could overwrite.
 */
export const isUnedited = ({ rev, editedRev }: Pick<StoredProduct, 'rev' | 'editedRev'>, seen: number): boolean =>
  seen >= editedRev && seen <= rev

export const maxVariants = 100

type Given = Omit<ProductData, 'titleKey' | 'priceMinMinor' | 'priceMaxMinor' | 'stockLevel'>

/** Fills in what follows from the rest. */
export function withDerived(given: Given): ProductData {
  const prices = given.variants.map(({ priceMinor }) => priceMinor)
  return {
    ...given,
    titleKey: given.title.toLowerCase().normalize('NFKD').slice(0, 160),
    priceMinMinor: prices.length === 0 ? 0 : Math.min(...prices),
    priceMaxMinor: prices.length === 0 ? 0 : Math.max(...prices),
    stockLevel: bestLevel(given.variants.map(({ stockLevel }) => stockLevel)),
  }
}

/** `Tea, green (50 g)` → `tea-green-50-g`; empty when the title has no Latin letter or digit. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 70)
    .replaceAll(/^-|-$/g, '')
}
