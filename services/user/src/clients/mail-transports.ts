import { createTransport } from 'nodemailer'
import { type Part, UserFaultError } from '@toko/runtime'
import type { MailTransport } from '../ports.ts'

/** Nobody delivers: mails stay in the collection and `toko mail` shows them. */
export const mailboxTransport: MailTransport & Part = {
  name: 'mailbox',
  isMailbox: true,
  send: () => Promise.resolve('accepted'),
}

/** @param url smtp(s)://user:password@host:port; never shown. @throws UserFaultError when it is no such URL */
export function smtpTransport(url: string, from: string): MailTransport & Part {
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol))
    throw new UserFaultError('user: USER_SMTP_URL is not an smtp:// or smtps:// URL')
  const parsed = new URL(url)
  const isSecure = parsed.protocol === 'smtps:'
  const transport = createTransport({
    pool: true,
    maxConnections: 2,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || (isSecure ? 465 : 587)),
    secure: isSecure,
    ...(parsed.username
      ? { auth: { user: decodeURIComponent(parsed.username), pass: decodeURIComponent(parsed.password) } }
      : {}),
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    name: 'smtp',
    isMailbox: false,
    async send({ id, to, subject, text }) {
      try {
        // the same mail sent twice has the same id, so that a mail program shows it once
        const messageId = `<${id.replaceAll(':', '.')}@toko>`
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, messageId })
        return 'accepted'
      } catch (error) {
        const { responseCode = 0, code = 'unknown' } = error as { responseCode?: number; code?: string }
        if (code === 'EENVELOPE' || (code === 'EMESSAGE' && responseCode >= 500)) return isForEver(responseCode)
        // the server's own words may name the recipient
        throw new Error(`mail not accepted: ${code} ${responseCode}`.trim(), { cause: error })
      }
    },
    stop: () => transport.close(),
  }
}

function isForEver(responseCode: number): 'refused' {
  if (responseCode >= 500 || responseCode === 0) return 'refused'
  throw new Error(`mail not accepted for now: ${responseCode}`)
}
