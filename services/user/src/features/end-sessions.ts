import { errors } from '@toko/contracts'
import { changeUser, existing } from './change-user.ts'
import type { Caller, Context } from './context.ts'
import { partsOf, refreshHash } from './refresh-tokens.ts'

/** Signs out by access token: again is fine. */
export async function signOut(c: Context, caller: Caller): Promise<void> {
  await c.sessions.revoke(caller.sessionId)
}

/** Signs out by refresh token, for a client whose access token is over. @throws unauthenticated for one that never was current */
export async function signOutByRefreshToken(c: Context, token: string): Promise<void> {
  const session = await c.sessions.get(partsOf(token).sessionId)
  const hash = refreshHash(token)
  const wasCurrent = session && (hash === session.cur.hash || hash === session.prev?.hash)
  if (!wasCurrent) throw errors.unauthenticated()
  await c.sessions.revoke(session._id)
}

/** @throws not-found, also for somebody else's */
export async function endSession(c: Context, caller: Caller, sessionId: string): Promise<void> {
  const session = await c.sessions.get(sessionId)
  if (session?.userId !== caller.id || session.revokedAt !== null) throw errors.notFound()
  await c.sessions.revoke(sessionId, {
    audit: [{ action: 'sessions-ended', actor: caller.id, userId: caller.id, detail: { which: 'one' } }],
  })
}

/** Ends all of a user's sessions but perhaps one, by one write of the account. @throws not-found */
export async function endSessions(c: Context, userId: string, actor: string, keptSessionId?: string): Promise<void> {
  await changeUser(c, userId, (found) => {
    const user = existing(found)
    return {
      change: { set: { sessionEpoch: user.sessionEpoch + 1, keptSessionId: keptSessionId ?? null } },
      effects: {
        audit: [{ action: 'sessions-ended', actor, userId, detail: { which: keptSessionId ? 'others' : 'all' } }],
      },
    }
  })
  await c.sessions.revokeAll(userId, keptSessionId)
}
