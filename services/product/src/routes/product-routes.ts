import { createHash } from 'node:crypto'
import { z } from 'zod'
import { NewProduct, Product, ProductId, ProductPage, ProductPatch, ProductQuery } from '@toko/contracts'
import { type Answer, type Route, route } from '@toko/http'
import type { StoredProduct } from '../domain/product.ts'
import { viewProduct } from '../domain/views.ts'
import { createProduct } from '../features/create-product.ts'
import { drawProductImage } from '../features/draw-product-image.ts'
import { archiveProduct, editProduct, publishProduct, unpublishProduct } from '../features/edit-product.ts'
import { listProducts, viewableProduct } from '../features/list-products.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { cacheable, catalogueRoles, isStaff, listTag } from './catalogue-answers.ts'

const params = z.object({ id: ProductId })
const answer = (status: number, product: StoredProduct): Answer => ({
  status,
  body: viewProduct(product),
  etag: product.rev,
})

export const productRoutes = ({ desk, settleStockLater }: ProductFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/products',
      rpc: 'list_products',
      summary: 'Search, read by ids, or look up by slug (an old one answers with the canonical one)',
      auth: 'optional',
      query: ProductQuery,
      answers: { 200: ProductPage },
      errors: ['notFound', 'forbidden', 'cursorInvalid'],
    },
    async ({ query, principal }) => {
      const { items, next, missing } = await listProducts(desk, query, isStaff(principal))
      const body = { items: items.map(viewProduct), next, ...(missing ? { missing } : {}) }
      return cacheable({ status: 200, body, etag: listTag(items, next, missing) }, principal)
    },
  ),
  route(
    {
      method: 'POST',
      path: '/products',
      summary: 'Make a draft',
      auth: catalogueRoles,
      body: NewProduct,
      answers: { 201: Product },
      errors: ['conflict'],
    },
    async ({ body }) => {
      const product = await createProduct(desk, body)
      for (const { sku } of product.variants) settleStockLater(sku)
      return { ...answer(201, product), headers: { location: `/products/${product._id}` } }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/products/{id}',
      rpc: 'get_product',
      summary: 'Read a product; drafts and archived ones are for staff',
      auth: 'optional',
      params,
      answers: { 200: Product },
    },
    async ({ params: { id }, principal }) =>
      cacheable(answer(200, await viewableProduct(desk, id, isStaff(principal))), principal),
  ),
  route(
    {
      method: 'PATCH',
      path: '/products/{id}',
      summary: 'Change title, slug, description, categories, tags or images',
      auth: catalogueRoles,
      params,
      body: ProductPatch,
      ifMatch: 'required',
      answers: { 200: Product },
      errors: ['conflict'],
    },
    async ({ params: { id }, body, ifMatch }) => answer(200, await editProduct(desk, id, body, ifMatch)),
  ),
  route(
    {
      method: 'DELETE',
      path: '/products/{id}',
      summary: 'Archive for ever: shoppers no longer find it, its slug and SKUs stay taken',
      auth: catalogueRoles,
      params,
      ifMatch: 'required',
      answers: { 204: null },
    },
    async ({ params: { id }, ifMatch }) => {
      await archiveProduct(desk, id, ifMatch)
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/products/{id}/publications',
      summary: 'Publish: shoppers find it and can buy it',
      auth: catalogueRoles,
      params,
      answers: { 201: Product },
      errors: ['conflict'],
    },
    async ({ params: { id } }) => answer(201, await publishProduct(desk, id)),
  ),
  route(
    {
      method: 'DELETE',
      path: '/products/{id}/publications',
      summary: 'Back to a draft',
      auth: catalogueRoles,
      params,
      answers: { 204: null },
      errors: ['conflict'],
    },
    async ({ params: { id } }) => {
      await unpublishProduct(desk, id)
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/images/{id}.svg',
      summary: 'Picture of a product that has no other, drawn from its title and category',
      auth: 'public',
      params,
      answers: { 200: 'image/svg+xml' },
    },
    async ({ params: { id } }) => {
      const image = await drawProductImage(desk, id)
      return {
        status: 200,
        etag: createHash('sha256').update(image).digest('base64url').slice(0, 22),
        headers: { 'cache-control': 'public, max-age=3600' },
        stream: async (response) => void response.end(image),
      }
    },
  ),
]
