import { AuditedOrder, AuditedReservation, Order, PaymentLedgerEntry } from '@toko/contracts'
import type { Command } from 'commander'
import { explain, Failure } from '../io/failure.ts'
import type { ShopConnection } from '../shop/connect.ts'
import { type OrderStory, type Source, whatIsMissing } from '../shop/order-story.ts'
import { printOrderStory } from '../shop/print-order-story.ts'
import { readAll } from '../shop/read-all.ts'
import { shopCommand, type ShopOptions, withShop } from './shared.ts'

export function orderCommand(): Command {
  return shopCommand('order', 'tell the story of one order: status, history, messages, reservation, payments')
    .argument('<id>', 'id of the order: ord_…')
    .action((id: string, options: ShopOptions) =>
      withShop(options, async (shop, output) => {
        if (!/^ord_[0-9a-f]{32}$/.test(id))
          throw new Failure(`${id} is no order id: expected ord_ and 32 hexadecimal digits`)
        const story = await readStory(shop, id)
        if (options.json) output.json({ ...story, missing: whatIsMissing(story) })
        else printOrderStory(output, story)
      }),
    )
}

/** The order itself must be readable; what the others don't tell is part of the story. */
async function readStory(shop: ShopConnection, id: string): Promise<OrderStory> {
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
