import { isRequestedByAnybody, type MailJob, type MailSecrets, type MailTemplate } from '../domain/mail.ts'
import type { TokenPurpose } from '../store/token-store.ts'
import type { StoredUser } from '../store/user-store.ts'
import type { Context } from './context.ts'
import { openSecrets, tokenHash } from './mailed-token.ts'

export interface ResolvedMail {
  readonly template: MailTemplate
  readonly to: string
  readonly data: Readonly<Record<string, string>>
  readonly token?: string
}

/** Decides which mail a job is by the state of the account now, and makes its token valid. Undefined: none. */
export async function resolveMail(
  c: Context,
  job: MailJob,
  isFirstAttempt: boolean,
): Promise<ResolvedMail | undefined> {
  if (isFirstAttempt && (await isTooMuch(c, job))) return undefined
  const { to = '', data = {} } = job
  const secrets = job.sealed === undefined ? undefined : openSecrets(c, job.sealed)
  const account = await accountOf(c, job)
  const plain = (template: MailTemplate): ResolvedMail => ({ template, to, data })
  switch (job.kind) {
    case 'registration':
      if (!account || !secrets) return undefined
      if (account.emailVerifiedAt !== null) return plain('account-exists')
      return withToken(c, plain('verify-email'), 'verify-email', account, secrets)
    case 'verification':
      if (!account || !secrets || account.emailVerifiedAt !== null) return undefined
      return withToken(c, plain('verify-email'), 'verify-email', account, secrets)
    case 'password-reset':
      if (account?.status !== 'active' || !secrets) return undefined
      return withToken(c, plain('reset-password'), 'reset-password', account, secrets)
    case 'email-change': {
      if (account?.status !== 'active' || !secrets) return undefined
      if (await c.users.findByEmail(to)) return plain('email-taken')
      return withToken(c, plain('confirm-email-change'), 'change-email', account, secrets, to)
    }
    default: {
      const address = job.to ?? (account?.status === 'deleted' ? undefined : account?.email)
      return address === undefined ? undefined : { template: job.kind, to: address, data }
    }
  }
}

function accountOf(c: Context, { userId, to }: MailJob): Promise<StoredUser | null> {
  if (userId !== undefined) return c.users.get(userId)
  return to === undefined ? Promise.resolve(null) : c.users.findByEmail(to)
}

/** Nobody can fill somebody else's mailbox with our mails. */
async function isTooMuch(c: Context, { kind, to }: MailJob): Promise<boolean> {
  if (!isRequestedByAnybody(kind) || to === undefined) return false
  const { count } = await c.throttles.count(c.secrets.mac('mails', to), c.limits.windowMs)
  return count > c.limits.mailsPerAddress
}

/** The token's time starts with the sending, so that an hour without a mail server does not use it up. */
async function withToken(
  c: Context,
  mail: ResolvedMail,
  purpose: TokenPurpose,
  account: StoredUser,
  { token, passwordHash, name }: MailSecrets,
  newEmail?: string,
): Promise<ResolvedMail> {
  await c.tokens.issue({
    _id: tokenHash(token),
    purpose,
    userId: account._id,
    email: account.email,
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(name === undefined ? {} : { name }),
    ...(newEmail === undefined ? {} : { newEmail }),
    expiresAt: new Date(c.clock.now() + c.limits.mailedTokenMs),
    usedAt: null,
  })
  return { ...mail, token }
}
