import { z } from 'zod'
import { idSchema, ProductImport } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { viewImport } from '../domain/import-job.ts'
import { startImport, viewableImport } from '../features/import-products.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { catalogueRoles } from './catalogue-answers.ts'

export const importRoutes = ({ desk, importLater }: ProductFeatures): Route[] => [
  route(
    {
      method: 'POST',
      path: '/product-imports',
      summary: 'Import products from CSV as a job; rows are idempotent by SKU',
      auth: catalogueRoles,
      body: z.string().min(1),
      contentType: 'text/csv',
      bodyLimit: 2 * 1024 * 1024,
      answers: { 202: ProductImport },
    },
    async ({ body, principal }) => {
      const job = await startImport(desk, body, principal.id)
      importLater(job)
      return { status: 202, body: viewImport(job), headers: { location: `/product-imports/${job._id}` } }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/product-imports/{id}',
      summary: 'How far an import is, with the rows that failed',
      auth: catalogueRoles,
      params: z.object({ id: idSchema('imp') }),
      answers: { 200: ProductImport },
    },
    async ({ params: { id } }) => {
      const job = await viewableImport(desk, id)
      return { status: 200, body: viewImport(job), etag: job.rev }
    },
  ),
]
