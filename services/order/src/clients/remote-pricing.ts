import { errors, Quote } from '@toko/contracts'
import { CallError, type ServiceClient } from '@toko/http'
import type { Pricing } from '../ports.ts'

/** The product service's quotes. A quote is never stale: without an answer within `timeoutMs` the call fails. */
export function remotePricing(client: ServiceClient, timeoutMs: number): Pricing {
  return {
    async quote(lines, currency) {
      if (lines.length === 0) return []
      const call = client.call({
        method: 'POST',
        path: '/internal/quotes',
        rpc: 'quote',
        timeoutMs,
        idempotent: true,
        breaker: true,
        body: { currency, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) },
        answer: { 200: Quote },
      })
      const { body } = await call.catch((cause: unknown) => {
        throw cause instanceof CallError ? errors.dependencyUnavailable({ retryAfterSeconds: 1, cause }) : cause
      })
      return body.lines.map(({ sku, quantity, unitPriceMinor, title, available }) => ({
        sku,
        quantity,
        unitPriceMinor,
        title,
        isLow: available < quantity,
      }))
    },
  }
}
