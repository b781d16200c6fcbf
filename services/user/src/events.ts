import { orderEvents } from '@toko/contracts'
import { type EventHandler, onEvent } from '@toko/messaging'
import type { Context } from './features/context.ts'
import { mailAboutOrder } from './features/mail-about-order.ts'

/** What the user service hears: facts about orders, which it mails to the customer. */
export function userEventHandlers(c: Context): EventHandler[] {
  return [
    onEvent(orderEvents.confirmed, 'mail', (data) => mailAboutOrder(c, 'order-confirmed', data)),
    onEvent(orderEvents.cancelled, 'mail', (data) => mailAboutOrder(c, 'order-cancelled', data)),
  ]
}
