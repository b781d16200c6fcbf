import { z } from 'zod'
import {
  ListedVariant,
  ListedVariants,
  NewVariant,
  Product,
  ProductId,
  Sku,
  SkuQuery,
  VariantPatch,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { viewListedVariant, viewProduct } from '../domain/views.ts'
import { addVariant, editVariant } from '../features/edit-variants.ts'
import { listVariants } from '../features/list-products.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { cacheable, catalogueRoles, isStaff, listTag } from './catalogue-answers.ts'

export const variantRoutes = ({ desk, settleStockLater }: ProductFeatures): Route[] => [
  route(
    {
      method: 'POST',
      path: '/products/{id}/variants',
      summary: 'Add a variant',
      auth: catalogueRoles,
      params: z.object({ id: ProductId }),
      body: NewVariant,
      answers: { 201: Product },
      errors: ['conflict', 'limitReached'],
    },
    async ({ params: { id }, body }) => {
      const product = await addVariant(desk, id, body)
      settleStockLater(body.sku)
      return {
        status: 201,
        body: viewProduct(product),
        etag: product.rev,
        headers: { location: `/variants?sku=${body.sku}` },
      }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/variants',
      rpc: 'list_variants',
      summary: 'Up to 100 variants by SKU, with what carts and pages show beside them',
      auth: 'optional',
      query: SkuQuery,
      answers: { 200: ListedVariants },
    },
    async ({ query: { sku }, principal }) => {
      const { items, missing } = await listVariants(desk, sku, isStaff(principal))
      const body = { items: items.map(({ product, variant }) => viewListedVariant(product, variant)), missing }
      const products = items.map(({ product }) => product)
      return cacheable({ status: 200, body, etag: listTag(products, sku, missing) }, principal)
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/variants/{sku}',
      summary: "Change price, compare-at price or options; If-Match is the product's revision",
      auth: catalogueRoles,
      params: z.object({ sku: Sku }),
      body: VariantPatch,
      ifMatch: 'required',
      answers: { 200: ListedVariant },
      errors: ['conflict'],
    },
    async ({ params: { sku }, body, ifMatch }) => {
      const product = await editVariant(desk, sku, body, ifMatch)
      const variant = product.variants.find((each) => each.sku === sku)!
      return { status: 200, body: viewListedVariant(product, variant), etag: product.rev }
    },
  ),
]
