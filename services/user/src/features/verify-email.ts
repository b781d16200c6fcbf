import { errors } from '@toko/contracts'
import { changeUser } from './change-user.ts'
import type { Context } from './context.ts'
import { tokenHash } from './mailed-token.ts'

/**
 * The token decides which registration counts: its password becomes the account's, so that somebody who registered the
 * address before its owner has nothing of it. @throws token-invalid
 */
export async function verifyEmail(c: Context, token: string): Promise<void> {
  const used = await c.tokens.consume(tokenHash(token), 'verify-email')
  if (!used) throw errors.tokenInvalid()
  await changeUser(c, used.userId, (user) => {
    if (!user || user.email !== used.email || user.emailVerifiedAt !== null) throw errors.tokenInvalid()
    const now = new Date(c.clock.now())
    return {
      change: {
        set: {
          emailVerifiedAt: now,
          ...(used.passwordHash === undefined
            ? {}
            : {
                passwordHash: used.passwordHash,
                passwordChangedAt: now,
                profile: used.name === undefined ? {} : { name: used.name },
              }),
        },
      },
      effects: { audit: [{ action: 'email-verified', actor: user._id, userId: user._id }] },
    }
  })
}
