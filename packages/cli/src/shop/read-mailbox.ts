import { MailboxItem, pageOf } from '@toko/contracts'
import type { ShopConnection } from './connect.ts'

interface MailFilter {
  readonly to?: string
  readonly limit: number
}

/** The user service's own mailbox, newest first; it exists only without an SMTP server. */
export async function readMailbox(shop: ShopConnection, { to, limit }: MailFilter): Promise<MailboxItem[]> {
  const { body } = await shop.user.call({
    method: 'GET',
    path: '/mailbox',
    headers: await shop.asCli(),
    query: { limit, to },
    answer: { 200: pageOf(MailboxItem) },
  })
  return body.items
}
