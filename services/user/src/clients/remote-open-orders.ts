import { OpenOrders as OpenOrdersAnswer } from '@toko/contracts'
import type { ServiceClient } from '@toko/http'
import type { OpenOrders } from '../ports.ts'

/** Asks the order service. */
export const remoteOpenOrders = (client: ServiceClient): OpenOrders => ({
  async count(userId) {
    const { body } = await client.call({
      method: 'GET',
      path: '/internal/users/{userId}/open-orders',
      rpc: 'count_open_orders',
      params: { userId },
      answer: { 200: OpenOrdersAnswer },
    })
    return body.open
  },
})
