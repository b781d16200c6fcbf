import { errors, type SignedIn } from '@toko/contracts'
import { idleExpiry, isLive, judgeRefresh } from '../domain/session.ts'
import type { StoredSession } from '../store/session-store.ts'
import type { StoredUser } from '../store/user-store.ts'
import type { Context } from './context.ts'
import { generationOf, isOurRefreshToken, newRefreshToken, partsOf, refreshHash } from './refresh-tokens.ts'
import { signedInAnswer } from './sign-in.ts'

/**
 * Rotates a refresh token. Its predecessor gets the same successor for 10 s; any other token that was once ours means
 * that two parties hold the family, so it ends (U3). @throws unauthenticated
 */
export async function refreshSession(c: Context, token: string): Promise<SignedIn> {
  const { sessionId } = partsOf(token)
  const hash = refreshHash(token)
  // a second round for the one that lost the race of two rotations
  for (let round = 0; round < 3; round++) {
    const session = await c.sessions.get(sessionId)
    const user = session && (await c.users.get(session.userId))
    if (!session || !user || !isLive(session, user, c.clock.now())) return refuse(c)
    const verdict = judgeRefresh(session, hash, c.clock.now(), c.limits)
    if (verdict === 'other') return isOurRefreshToken(c, token) ? endFamily(c, session, user) : refuse(c)
    if (verdict === 'same-successor') {
      c.count.refresh('repeated')
      return signedInAnswer(c, session, user, c.secrets.open(session.prev!.sealed, token))
    }
    const rotated = await rotate(c, session, user, token)
    if (rotated) return rotated
  }
  return refuse(c)
}

async function rotate(c: Context, session: StoredSession, user: StoredUser, token: string): Promise<SignedIn | null> {
  const nowMs = c.clock.now()
  const successor = newRefreshToken(c, session._id)
  const stored = await c.sessions.rotate(session._id, session.cur.hash, {
    cur: generationOf(successor, session.cur.generation + 1, nowMs),
    prev: { hash: session.cur.hash, rotatedAt: new Date(nowMs), sealed: c.secrets.seal(successor, token) },
    lastUsedAt: new Date(nowMs),
    idleExpiresAt: idleExpiry(session.absoluteExpiresAt, nowMs, c.limits),
  })
  if (!stored) return null
  c.count.refresh('rotated')
  return signedInAnswer(c, stored, user, successor)
}

async function endFamily(c: Context, session: StoredSession, user: StoredUser): Promise<never> {
  await c.sessions.revoke(session._id, {
    mails: [{ kind: 'refresh-token-reused', userId: user._id, to: user.email }],
    audit: [{ action: 'refresh-token-reused', actor: 'system', userId: user._id }],
  })
  c.count.refresh('reused')
  throw errors.unauthenticated()
}

function refuse(c: Context): never {
  c.count.refresh('refused')
  throw errors.unauthenticated()
}
