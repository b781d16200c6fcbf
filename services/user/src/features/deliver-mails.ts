import { renderMail } from '../domain/mail-texts.ts'
import type { StoredMail } from '../store/mail-store.ts'
import type { Context } from './context.ts'
import { resolveMail } from './resolve-mail.ts'

const maxBackoffMs = 300_000

/** Mails on their way at once: one slow server answer must not hold up everybody. */
const lanes = 4

/** Sends every mail that is due: at least once each. Errors postpone the mail and go on. */
export async function deliverMails(c: Context, stopping: AbortSignal, report: (error: unknown) => void): Promise<void> {
  const claim = () => c.mails.claim(c.limits.mailLeaseMs, Math.max(c.limits.mailLeaseMs, maxBackoffMs))
  async function lane(first: StoredMail | null): Promise<void> {
    for (let mail = first; mail; mail = stopping.aborted ? null : await claim()) {
      try {
        await deliverMail(c, mail)
      } catch (error) {
        report(error)
        await postpone(c, mail)
      }
    }
  }
  const first = await claim()
  if (!first) return
  const others = Array.from({ length: lanes - 1 }, async () => lane(await claim()))
  await Promise.all([lane(first), ...others])
}

async function deliverMail(c: Context, mail: StoredMail): Promise<void> {
  const resolved = await resolveMail(c, mail, mail.attempts === 1)
  if (!resolved) {
    await c.mails.finish(mail._id, 'dropped')
    c.count.mail('dropped')
    return
  }
  const { template, to, data, token } = resolved
  const { subject, text } = renderMail(template, data, token, c.publicUrl)
  const outcome = await c.transport.send({ id: mail._id, to, subject, text })
  if (outcome === 'accepted') {
    await c.mails.finish(mail._id, 'delivered', c.transport.isMailbox ? { template, sentTo: to } : undefined)
    c.count.mail('delivered')
  } else {
    await c.mails.finish(mail._id, 'failed')
    c.count.mail('failed')
  }
}

async function postpone(c: Context, { _id, attempts, createdAt }: StoredMail): Promise<void> {
  const now = c.clock.now()
  if (now - createdAt.getTime() > c.limits.mailGiveUpMs) {
    await c.mails.finish(_id, 'failed')
    c.count.mail('failed')
    return
  }
  await c.mails.postpone(_id, now + Math.min(maxBackoffMs, c.limits.mailBackoffMs * 2 ** Math.min(attempts - 1, 20)))
  c.count.mail('postponed')
}
