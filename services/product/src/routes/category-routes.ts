import { z } from 'zod'
import { Category, CategoryId, CategoryPatch, NewCategory, pageOf, pageQuery } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { viewCategory } from '../domain/views.ts'
import { createCategory, editCategory } from '../features/edit-categories.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { cacheable, catalogueRoles, listTag } from './catalogue-answers.ts'

export const categoryRoutes = ({ desk }: ProductFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/categories',
      summary: 'Categories in the order they were made; menus sort by position',
      auth: 'optional',
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(Category) },
      errors: ['cursorInvalid'],
    },
    async ({ query: { limit, cursor }, principal }) => {
      const { items, next } = await desk.categories.list(limit, cursor)
      const body = { items: items.map(viewCategory), next }
      return cacheable({ status: 200, body, etag: listTag(items, next) }, principal)
    },
  ),
  route(
    {
      method: 'POST',
      path: '/categories',
      summary: 'Make a category',
      auth: catalogueRoles,
      body: NewCategory,
      answers: { 201: Category },
      errors: ['conflict'],
    },
    async ({ body }) => {
      const category = await createCategory(desk, body)
      return {
        status: 201,
        body: viewCategory(category),
        etag: category.rev,
        headers: { location: `/categories/${category._id}` },
      }
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/categories/{id}',
      summary: 'Change a category',
      auth: catalogueRoles,
      params: z.object({ id: CategoryId }),
      body: CategoryPatch,
      ifMatch: 'required',
      answers: { 200: Category },
      errors: ['conflict'],
    },
    async ({ params: { id }, body, ifMatch }) => {
      const category = await editCategory(desk, id, body, ifMatch)
      return { status: 200, body: viewCategory(category), etag: category.rev }
    },
  ),
]
