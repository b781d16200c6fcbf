import { randomUUID } from 'node:crypto'
import { price, type Shopper } from '../../faults/support/shopper.ts'
import type { KindShop } from './shop.ts'

/** Places an order as the shopper's customer under a trace that is recorded. */
export async function placeTraced(
  { urls, customer }: KindShop,
  shopper: Shopper,
  traceId: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const json = { 'content-type': 'application/json' }
  const session = await fetch(`${urls.user}/sessions`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(customer),
  })
  const { accessToken } = (await session.json()) as { accessToken: string }
  const answer = await fetch(`${urls.order}/orders`, {
    method: 'POST',
    headers: {
      ...json,
      authorization: `Bearer ${accessToken}`,
      'idempotency-key': randomUUID(),
      prefer: 'wait=3',
      traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
    },
    body: JSON.stringify({
      cartId: await shopper.newCart(),
      expectedTotal: { amount: price, currency: 'IDR' },
      paymentMethod: 'card_ok',
    }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
