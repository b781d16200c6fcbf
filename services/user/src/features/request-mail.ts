import { newId } from '@toko/contracts'
import type { Client, Context } from './context.ts'
import { limitMailRequests } from './limit-requests.ts'
import { sealedToken } from './mailed-token.ts'

/**
 * A new verification mail or a password reset: one insert whether or not there is such an account; who gets which mail is
 * decided when it is sent. @throws quota-exceeded
 */
export async function requestMail(
  c: Context,
  kind: 'verification' | 'password-reset',
  email: string,
  client: Client,
): Promise<void> {
  await limitMailRequests(c, client)
  await c.mails.insert(newId('evt'), { kind, to: email, sealed: sealedToken(c) })
  c.kickMails()
}
