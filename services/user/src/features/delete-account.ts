import { errors } from '@toko/contracts'
import { anonymised } from '../domain/user.ts'
import { changeUser } from './change-user.ts'
import type { Caller, Context } from './context.ts'
import { requireLiveSession } from './require-live-session.ts'

/**
 * Closes the account at once; a sweeper makes it anonymous after the grace period. Until then an admin can take it back.
 * @throws conflict while orders are open; what the order service's client throws
 */
export async function deleteAccount(c: Context, caller: Caller): Promise<Date> {
  await requireLiveSession(c, caller)
  if ((await c.openOrders.count(caller.id)) > 0) throw errors.conflict({ detail: 'orders are still open' })
  const deleteAt = new Date(c.clock.now() + c.limits.deletionGraceMs)
  await changeUser(c, caller.id, (user) => {
    if (user?.status !== 'active') throw errors.unauthenticated()
    return {
      change: { set: { status: 'deleting', deleteAt, sessionEpoch: user.sessionEpoch + 1, keptSessionId: null } },
      effects: {
        mails: [
          { kind: 'account-deletion', userId: user._id, to: user.email, data: { deleteAt: deleteAt.toISOString() } },
        ],
        audit: [{ action: 'deletion-requested', actor: user._id, userId: user._id }],
      },
    }
  })
  await c.sessions.revokeAll(caller.id)
  return deleteAt
}

const batch = 50

/** Makes accounts anonymous whose grace period is over. One with an order that was placed meanwhile waits. */
export async function anonymiseAccounts(
  c: Context,
  stopping: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  for (const user of await c.users.dueForDeletion(c.clock.now(), batch)) {
    if (stopping.aborted) return
    try {
      if ((await c.openOrders.count(user._id)) > 0) continue
      // what hangs on the account goes first: when this stops half-way, the account still says that work is left
      await Promise.all([c.sessions.deleteAll(user._id), c.tokens.deleteAll(user._id), c.mails.deleteTo(user.email)])
      await c.users.update(
        user,
        { set: anonymised(user), unset: ['deleteAt'] },
        { audit: [{ action: 'account-anonymised', actor: 'system', userId: user._id }] },
      )
    } catch (error) {
      report(error)
    }
  }
}
