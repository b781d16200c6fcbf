import { type Route, route } from '@toko/http'
import { z } from 'zod'

const Thing = z.strictObject({ id: z.string() })

export const putThing = (id: string) =>
  ({
    method: 'PUT',
    path: '/things/{id}',
    rpc: 'put_thing',
    params: { id },
    breaker: true,
    answer: { 200: Thing },
  }) as const

/** One method that remembers for whom it was run. */
export const thingRoutes = (executed: string[]): Route[] => [
  route(
    {
      method: 'PUT',
      path: '/things/{id}',
      rpc: 'put_thing',
      summary: 'Put a thing',
      auth: 'service',
      params: Thing,
      answers: { 200: Thing },
    },
    async ({ params }) => {
      executed.push(params.id)
      return { status: 200, body: params }
    },
  ),
]
