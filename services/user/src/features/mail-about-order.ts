import { formatMoney, type OrderEventData } from '@toko/contracts'
import type { Context } from './context.ts'

/**
 * Tells the customer once per order and version: the mail's id is the inbox (R8), so an event that comes again finds it.
 * Its address is looked up when it is sent.
 */
export async function mailAboutOrder(
  c: Context,
  kind: 'order-confirmed' | 'order-cancelled',
  { orderId, version, userId, number, currency, totalMinor }: OrderEventData,
): Promise<void> {
  const data = { number, total: formatMoney({ amount: totalMinor, currency }) }
  if (await c.mails.insert(`${orderId}:${version}`, { kind, userId, data })) c.kickMails()
}
