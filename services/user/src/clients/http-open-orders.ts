import { OpenOrders as OpenOrdersAnswer } from '@toko/contracts'
import type { HttpClient } from '@toko/http'
import type { OpenOrders } from '../ports.ts'

/** Asks the order service. */
export const httpOpenOrders = (client: HttpClient): OpenOrders => ({
  async count(userId) {
    const { body } = await client.call({
      method: 'GET',
      path: '/internal/users/{userId}/open-orders',
      params: { userId },
      answer: { 200: OpenOrdersAnswer },
    })
    return body.open
  },
})
