import { AuditedOrder, AuditedReservation, Order, PaymentLedgerEntry } from '@toko/contracts'
import { explain } from '../io/failure.ts'
import type { ShopConnection } from './connect.ts'
import type { OrderStory, Source } from './order-story.ts'
import { readAll } from './read-all.ts'

/** The order itself must be readable; what the others don't tell is part of the story. */
export async function readOrderStory(shop: ShopConnection, id: string): Promise<OrderStory> {
  const headers = await shop.asStaff()
  const { body: order } = await shop.order.call({
    method: 'GET',
    path: '/orders/{id}',
    params: { id },
    headers,
    answer: { 200: Order },
  })
  const [audited, reservation, payments] = await Promise.all([
    source(async () => {
      const answer = { 200: AuditedOrder }
      return (await shop.order.call({ method: 'GET', path: '/audit/orders/{id}', params: { id }, headers, answer }))
        .body
    }),
    source(async () => {
      const found = await shop.product.call({
        method: 'GET',
        path: '/audit/reservations/{orderId}',
        params: { orderId: id },
        headers,
        answer: { 200: AuditedReservation, 404: null },
      })
      return found.status === 200 ? found.body : null
    }),
    source(async () =>
      readAll(shop.payment, { path: '/audit/payments', item: PaymentLedgerEntry, headers, query: { orderId: id } }),
    ),
  ])
  return { order, audited, reservation, payments }
}

async function source<T>(read: () => Promise<T>): Promise<Source<T>> {
  try {
    return { value: await read() }
  } catch (error) {
    return { fault: explain(error) }
  }
}
