import { errors } from '@toko/contracts'
import { changeUser, existing } from './change-user.ts'
import type { Caller, Context } from './context.ts'
import { sealedToken, tokenHash } from './mailed-token.ts'
import { requireLiveSession } from './require-live-session.ts'

/** The new address gets a link, the old one a notice. The same answer when another account has the address. */
export async function requestEmailChange(c: Context, caller: Caller, newEmail: string): Promise<void> {
  await requireLiveSession(c, caller)
  const sealed = sealedToken(c)
  await changeUser(c, caller.id, (found) => {
    const user = existing(found)
    if (user.email === newEmail) return undefined
    return {
      change: {},
      effects: {
        mails: [
          { kind: 'email-change', userId: user._id, to: newEmail, sealed },
          { kind: 'email-change-notice', userId: user._id, to: user.email },
        ],
        audit: [{ action: 'email-change-requested', actor: user._id, userId: user._id }],
      },
    }
  })
}

/** @throws token-invalid; conflict when the address was taken meanwhile */
export async function confirmEmailChange(c: Context, token: string): Promise<void> {
  const used = await c.tokens.consume(tokenHash(token), 'change-email')
  if (!used?.newEmail) throw errors.tokenInvalid()
  const { newEmail, userId, email } = used
  await changeUser(c, userId, (user) => {
    if (!user || user.status !== 'active' || user.email !== email) throw errors.tokenInvalid()
    return {
      change: { set: { email: newEmail, emailVerifiedAt: new Date(c.clock.now()) } },
      effects: {
        mails: [{ kind: 'email-changed', userId, to: email }],
        audit: [{ action: 'email-changed', actor: userId, userId }],
      },
    }
  })
  await c.tokens.deleteAll(userId)
}
