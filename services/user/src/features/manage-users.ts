import { errors, type UserPatch } from '@toko/contracts'
import type { AuditFact } from '../domain/audit.ts'
import type { StoredUser } from '../store/user-store.ts'
import { changeUser, existing } from './change-user.ts'
import type { Caller, Context } from './context.ts'
import { endSessions } from './end-sessions.ts'
import { requireLiveSession } from './require-live-session.ts'

/**
 * Roles and status by an admin, each with a line in the audit. A suspension ends all sessions in the same write.
 * @throws forbidden, not-found, precondition-failed; conflict for one's own account: an admin can't lock everybody out
 */
export async function patchUser(
  c: Context,
  admin: Caller,
  userId: string,
  { roles, status }: UserPatch,
  ifMatch: number,
): Promise<StoredUser> {
  await requireLiveSession(c, admin, ['admin'])
  if (admin.id === userId) throw errors.conflict({ detail: 'another admin must change this account' })
  const user = await changeUser(c, userId, (found) => {
    const before = existing(found, ifMatch)
    const audit: AuditFact[] = []
    const [nextRoles, nextStatus] = [roles ?? before.roles, status ?? before.status]
    if (nextRoles.join() !== before.roles.join())
      audit.push({
        action: 'roles-changed',
        actor: admin.id,
        userId,
        detail: { from: before.roles.join(' '), to: nextRoles.join(' ') },
      })
    if (nextStatus !== before.status)
      audit.push({ action: 'status-changed', actor: admin.id, userId, detail: { from: before.status, to: nextStatus } })
    if (audit.length === 0) return undefined
    const ends = nextStatus === 'suspended' ? { sessionEpoch: before.sessionEpoch + 1, keptSessionId: null } : {}
    return {
      change: {
        set: { roles: nextRoles, status: nextStatus, ...ends },
        ...(status === undefined ? {} : { unset: ['deleteAt'] }),
      },
      effects: { audit },
    }
  })
  if (user.status === 'suspended') await c.sessions.revokeAll(userId)
  return user
}

/** @throws forbidden, not-found */
export async function endSessionsOf(c: Context, admin: Caller, userId: string): Promise<void> {
  await requireLiveSession(c, admin, ['admin'])
  await endSessions(c, userId, admin.id)
}
