import { errors } from '@toko/contracts'
import type { User } from '../domain/user.ts'
import { changeUser, existing } from './change-user.ts'
import type { Caller, Client, Context } from './context.ts'
import { tokenHash } from './mailed-token.ts'
import { refuseWeakPassword } from './refuse-weak-password.ts'
import { requireLiveSession } from './require-live-session.ts'
import { forgetGuesses, judgeGuess } from './throttle-sign-in.ts'

interface PasswordChange {
  readonly currentPassword: string
  readonly newPassword: string
}

const withPassword = (user: User, passwordHash: string, nowMs: number, keptSessionId: string | null) => ({
  passwordHash,
  passwordChangedAt: new Date(nowMs),
  sessionEpoch: user.sessionEpoch + 1,
  keptSessionId,
})

/**
 * Ends all other sessions in the same write. Guesses at the current password are throttled like sign-ins.
 * @throws reauthentication-required for a wrong current password, validation, quota-exceeded, overloaded
 */
export async function changePassword(
  c: Context,
  caller: Caller,
  { currentPassword, newPassword }: PasswordChange,
  { ip }: Client,
): Promise<void> {
  const { _id, email, passwordHash } = await requireLiveSession(c, caller)
  refuseWeakPassword('newPassword', newPassword, email)
  const isRight = await judgeGuess(c, { email, ip }, () => c.passwords.verify(passwordHash, currentPassword))
  if (!isRight) throw errors.reauthenticationRequired({ detail: 'the current password is wrong' })
  const nextHash = await c.passwords.hash(newPassword)
  await changeUser(c, _id, (found) => {
    const user = existing(found)
    // somebody else changed it while this was being checked
    if (user.passwordHash !== passwordHash) throw errors.conflict()
    return {
      change: { set: withPassword(user, nextHash, c.clock.now(), caller.sessionId) },
      effects: {
        mails: [{ kind: 'password-changed', userId: _id, to: user.email }],
        audit: [{ action: 'password-changed', actor: _id, userId: _id }],
      },
    }
  })
  await Promise.all([c.sessions.revokeAll(_id, caller.sessionId), c.tokens.deleteAll(_id)])
}

/**
 * Sets a password by a mailed token and ends all sessions; signs nobody in. The token proves the e-mail too.
 * @throws token-invalid, validation, overloaded
 */
export async function resetPassword(c: Context, token: string, password: string): Promise<void> {
  const hash = tokenHash(token)
  const seen = await c.tokens.peek(hash, 'reset-password')
  if (!seen) throw errors.tokenInvalid()
  refuseWeakPassword('password', password, seen.email)
  const passwordHash = await c.passwords.hash(password)
  // used up only now: neither a weak password nor a busy service costs the person the link
  if (!(await c.tokens.consume(hash, 'reset-password'))) throw errors.tokenInvalid()
  const user = await changeUser(c, seen.userId, (found) => {
    if (!found || found.status !== 'active' || found.email !== seen.email) throw errors.tokenInvalid()
    const now = c.clock.now()
    return {
      change: {
        set: {
          ...withPassword(found, passwordHash, now, null),
          emailVerifiedAt: found.emailVerifiedAt ?? new Date(now),
        },
      },
      effects: {
        mails: [{ kind: 'password-changed', userId: found._id, to: found.email }],
        audit: [{ action: 'password-reset', actor: found._id, userId: found._id }],
      },
    }
  })
  await Promise.all([c.sessions.revokeAll(user._id), c.tokens.deleteAll(user._id), forgetGuesses(c, user.email)])
}
