import type { MailboxItem } from '@toko/contracts'
import { renderMail } from '../domain/mail-texts.ts'
import type { StoredMail } from '../store/mail-store.ts'
import type { Context } from './context.ts'
import { openSecrets } from './mailed-token.ts'

/** A delivered mail as it would have arrived. */
export function viewMail(c: Context, mail: StoredMail): MailboxItem {
  const template = mail.template!
  const token = mail.sealed === undefined ? undefined : openSecrets(c, mail.sealed).token
  return {
    id: mail._id,
    to: mail.sentTo!,
    template,
    ...renderMail(template, mail.data ?? {}, token, c.publicUrl),
    createdAt: mail.createdAt.toISOString(),
  }
}
