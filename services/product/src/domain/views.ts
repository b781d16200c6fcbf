import type { Category, ListedVariant, Product, ProductImage, Variant } from '@toko/contracts'
import type { StoredCategory } from './category.ts'
import type { StoredProduct, StoredVariant } from './product.ts'

/** Without pictures a product has one that is drawn by draw-image.ts. */
export function imagesOf({ _id, title, images }: Pick<StoredProduct, '_id' | 'title' | 'images'>): ProductImage[] {
  return images.length > 0 ? [...images] : [{ url: `/images/${_id}.svg`, alt: title }]
}

function variantView({ currency }: Pick<StoredProduct, 'currency'>, variant: StoredVariant): Variant {
  const money = (amount: number) => ({ amount, currency: currency! })
  return {
    sku: variant.sku,
    options: { ...variant.options },
    price: money(variant.priceMinor),
    compareAt: variant.compareAtMinor === null ? null : money(variant.compareAtMinor),
    stockLevel: variant.stockLevel,
  }
}

export function viewProduct(product: StoredProduct): Product {
  const { currency, variants } = product
  const money = (amount: number) => (currency === null || variants.length === 0 ? null : { amount, currency })
  return {
    id: product._id,
    slug: product.slug,
    title: product.title,
    description: product.description,
    categoryIds: [...product.categoryIds],
    tags: [...product.tags],
    status: product.status,
    images: imagesOf(product),
    variants: variants.map((variant) => variantView(product, variant)),
    priceMin: money(product.priceMinMinor),
    priceMax: money(product.priceMaxMinor),
    stockLevel: product.stockLevel,
    version: product.rev,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
  }
}

export function viewListedVariant(product: StoredProduct, variant: StoredVariant): ListedVariant {
  return {
    ...variantView(product, variant),
    productId: product._id,
    slug: product.slug,
    title: product.title,
    image: imagesOf(product)[0]!,
    version: product.rev,
  }
}

export function viewCategory({ _id, slug, name, description, position, rev }: StoredCategory): Category {
  return { id: _id, slug, name, description, position, version: rev }
}
