import { errors, type NewVariant, type VariantPatch } from '@toko/contracts'
import { maxVariants, type ProductData, type StoredProduct, type StoredVariant } from '../domain/product.ts'
import type { Catalogue } from './catalogue.ts'
import { changeProduct, takenError } from './change-product.ts'
import { newVariant, requireOneCurrency } from './create-product.ts'

/** The product with one more variant. The unique index can't see a SKU twice in one document, so this looks. */
export function withVariant(product: StoredProduct, variant: NewVariant): ProductData {
  requireOneCurrency([variant])
  if (product.variants.some(({ sku }) => sku === variant.sku)) throw takenError('sku')
  if (product.variants.length >= maxVariants) throw errors.limitReached({ detail: `at most ${maxVariants} variants` })
  const currency = product.currency ?? variant.price.currency
  if (currency !== variant.price.currency) throw errors.conflict({ detail: `this product is priced in ${currency}` })
  return { ...product, currency, variants: [...product.variants, newVariant(variant)] }
}

/** @throws not-found, conflict (SKU taken, other currency, archived), limit-reached */
export function addVariant(catalogue: Catalogue, id: string, variant: NewVariant): Promise<StoredProduct> {
  return changeProduct(
    catalogue,
    () => catalogue.products.get(id),
    (product) => {
      if (product.status === 'archived') throw errors.conflict({ detail: 'an archived product stays as it is' })
      return withVariant(product, variant)
    },
  )
}

function patchedVariant(variant: StoredVariant, { options, price, compareAt }: VariantPatch): StoredVariant {
  return {
    ...variant,
    options: options ?? variant.options,
    priceMinor: price?.amount ?? variant.priceMinor,
    compareAtMinor: compareAt === undefined ? variant.compareAtMinor : (compareAt?.amount ?? null),
  }
}

/** The product with one variant patched; the only variant may change the currency. */
export function withPatchedVariant(product: StoredProduct, sku: string, patch: VariantPatch): ProductData {
  const currency = patch.price?.currency ?? product.currency
  if (currency !== product.currency && product.variants.length > 1)
    throw errors.conflict({ detail: `this product is priced in ${product.currency}` })
  if (patch.compareAt && patch.compareAt.currency !== currency)
    throw errors.conflict({ detail: `this product is priced in ${currency}` })
  const variants = product.variants.map((variant) => (variant.sku === sku ? patchedVariant(variant, patch) : variant))
  return { ...product, currency, variants }
}

/** @throws not-found, precondition-failed, conflict */
export function editVariant(
  catalogue: Catalogue,
  sku: string,
  patch: VariantPatch,
  revision: number,
): Promise<StoredProduct> {
  return changeProduct(
    catalogue,
    () => catalogue.products.getBySku(sku),
    (product) => withPatchedVariant(product, sku, patch),
    revision,
  )
}
