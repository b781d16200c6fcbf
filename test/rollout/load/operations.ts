import { fillCart, makeCart, placeOrder } from './ordering.ts'
import { expecting, type Prepared } from './prepared.ts'
import type { Scene } from './scene.ts'

export interface Operation {
  readonly name: string
  /** How many of every twenty requests. */
  readonly share: number
  /** Undefined: there is nothing to do it with, which is a fault of the load. */
  readonly prepare: (scene: Scene, n: number) => Promise<Prepared | undefined> | Prepared | undefined
}

const turn = <T>(of: readonly T[], n: number): T => of[n % of.length]!

const get = (url: string, headers: Readonly<Record<string, string>> = {}): Prepared => ({
  request: { method: 'GET', url, headers },
  judge: expecting(200),
})

/** Reads of every service and what changes something: one request in twenty places an order. */
export const operations: readonly Operation[] = [
  { name: 'GET /products', share: 4, prepare: ({ urls }) => get(`${urls.product}/products?limit=20`) },
  {
    name: 'GET /products/{id}',
    share: 5,
    prepare: ({ urls, productIds }, n) => get(`${urls.product}/products/${turn(productIds, n)}`),
  },
  {
    name: 'GET /users/me',
    share: 3,
    prepare: async ({ urls, customers }, n) => get(`${urls.user}/users/me`, await turn(customers, n).authorization()),
  },
  {
    name: 'GET /orders/{id}',
    share: 4,
    async prepare({ urls, orders }, n) {
      const order = turn(orders, n * 7919) // all over the run, not the last ones alone
      return order && get(`${urls.order}/orders/${order.id}`, await order.customer.authorization())
    },
  },
  {
    name: 'GET /audit/payments',
    share: 1,
    prepare: async ({ urls, asStaff }) => get(`${urls.payment}/audit/payments?limit=1`, await asStaff()),
  },
  { name: 'POST /carts', share: 1, prepare: makeCart },
  { name: 'PUT /carts/{id}/lines/{sku}', share: 1, prepare: fillCart },
  { name: 'POST /orders', share: 1, prepare: placeOrder },
]

/** The operations in an order in which equal ones are apart: the n-th request does the n-th, and so on in a circle. */
export function schedule(): readonly Operation[] {
  const total = operations.reduce((sum, { share }) => sum + share, 0)
  return operations
    .flatMap((operation, which) =>
      Array.from({ length: operation.share }, (_, i) => ({
        operation,
        // Each begins elsewhere in its stride.
        at: ((i + which / operations.length) * total) / operation.share,
      })),
    )
    .toSorted((a, b) => a.at - b.at)
    .map(({ operation }) => operation)
}
