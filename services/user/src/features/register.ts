import { newId, type Registration } from '@toko/contracts'
import type { MailJob } from '../domain/mail.ts'
import { newUser } from '../domain/user.ts'
import type { Client, Context } from './context.ts'
import { limitMailRequests } from './limit-requests.ts'
import { sealedToken } from './mailed-token.ts'
import { refuseWeakPassword } from './refuse-weak-password.ts'

/**
 * One hash and one insert, whose unique index decides races. A known e-mail gets another mail and the same answer; which
 * mail is decided off the request path. @throws validation, quota-exceeded, overloaded
 */
export async function register(c: Context, { email, password, name }: Registration, client: Client): Promise<void> {
  refuseWeakPassword('password', password, email)
  await limitMailRequests(c, client)
  const passwordHash = await c.passwords.hash(password)
  const id = newId('usr')
  const sealed = sealedToken(c, { passwordHash, ...(name === undefined ? {} : { name }) })
  const mail: MailJob = { kind: 'registration', to: email, sealed }
  const user = newUser({ id, email, passwordHash, name, nowMs: c.clock.now() })
  const outcome = await c.users.insert(user, {
    mails: [mail],
    audit: [{ action: 'registered', actor: id, userId: id }],
  })
  // not by way of the known account's document: strangers must not move its revision
  if (outcome === 'email-taken') await c.mails.insert(newId('evt'), mail)
  c.kickMails()
}
