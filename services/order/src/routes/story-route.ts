import { OrderStory } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { OrderFeatures } from '../features.ts'
import { orderOf, orderParams as params, staffRoles, viewerOf } from './order-access.ts'

export const storyRoutes = (features: OrderFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/orders/{id}/story',
      summary:
        'What is known of one order across the services, for staff: cause, events, books, traces, and what is missing',
      auth: { roles: [...staffRoles] },
      params,
      answers: { 200: OrderStory },
      errors: ['conflict'],
    },
    async ({ params: { id }, principal }) => {
      const order = await orderOf(features, id, principal)
      return { status: 200, body: await features.story(features.orders.view(order, viewerOf(order, principal))) }
    },
  ),
]
