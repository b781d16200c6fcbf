import { errors, type Role } from '@toko/contracts'
import { isLive } from '../domain/session.ts'
import { hasAnyRole } from '../domain/user.ts'
import type { StoredUser } from '../store/user-store.ts'
import type { Caller, Context } from './context.ts'

/**
 * For acts of high risk: an access token lives on for minutes after its session ended or its roles were taken, these acts
 * don't. @throws unauthenticated, forbidden
 */
export async function requireLiveSession(c: Context, caller: Caller, roles?: readonly Role[]): Promise<StoredUser> {
  const [session, user] = await Promise.all([c.sessions.get(caller.sessionId), c.users.get(caller.id)])
  if (!session || !user || !isLive(session, user, c.clock.now())) throw errors.unauthenticated()
  if (roles && !hasAnyRole(user, roles)) throw errors.forbidden()
  return user
}
