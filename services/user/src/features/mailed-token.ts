import { createHash, randomBytes } from 'node:crypto'
import type { MailSecrets } from '../domain/mail.ts'
import type { Context } from './context.ts'

/** At rest a token is only its digest. It has 192 random bits, so no salt and no slow hash are needed. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A new one-time token and what it carries, encrypted for the way to the mail. */
export function sealedToken({ secrets }: Pick<Context, 'secrets'>, more: Omit<MailSecrets, 'token'> = {}): string {
  const mailed: MailSecrets = { token: randomBytes(24).toString('base64url'), ...more }
  return secrets.seal(JSON.stringify(mailed))
}

export const openSecrets = ({ secrets }: Pick<Context, 'secrets'>, sealed: string): MailSecrets =>
  JSON.parse(secrets.open(sealed)) as MailSecrets
