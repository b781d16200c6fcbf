import { z } from 'zod'
import { Email, errors, MailboxItem, pageOf, pageQuery } from '@toko/contracts'
import { decodeCursor, encodeCursor, hasRole, type Route, route } from '@toko/http'
import type { Context } from '../features/context.ts'
import { viewMail } from '../features/view-mailbox.ts'

/** Only without SMTP: the mails of a development shop, tokens included. */
export const mailboxRoutes = (c: Context): Route[] => [
  route(
    {
      method: 'GET',
      path: '/mailbox',
      summary: 'Mails that nobody delivers, newest first; exists only without an SMTP server, for staff and services',
      auth: 'user-or-service',
      query: z.strictObject({ ...pageQuery, to: Email.optional() }),
      answers: { 200: pageOf(MailboxItem) },
      errors: ['forbidden', 'cursorInvalid'],
    },
    async ({ principal, query: { to, limit, cursor } }) => {
      if (principal.kind === 'user' && !hasRole(principal, 'support', 'admin')) throw errors.forbidden()
      const binding = ['mailbox', to ?? null]
      const after = cursor === undefined ? undefined : decodeCursor(binding, z.tuple([z.number(), z.string()]), cursor)
      const found = await c.mails.listDelivered(to, limit + 1, after)
      const items = found.slice(0, limit)
      const last = items.at(-1)
      const next = found.length > limit && last ? encodeCursor(binding, [last.createdAt.getTime(), last._id]) : null
      return { status: 200, body: { items: items.map((mail) => viewMail(c, mail)), next } }
    },
  ),
]
