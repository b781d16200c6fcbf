import { newId, type UserExport } from '@toko/contracts'
import { viewSession } from '../domain/session.ts'
import { viewUser } from '../domain/user.ts'
import type { Caller, Context } from './context.ts'
import { requireLiveSession } from './require-live-session.ts'
import { viewAuditRow } from './view-audit.ts'

const [maxSessions, maxAudit] = [100, 1000]

/** Everything about the caller in one document. Bounded (50 addresses, 100 sessions), so it needs no job. */
export async function exportAccount(c: Context, caller: Caller): Promise<UserExport> {
  const user = await requireLiveSession(c, caller)
  const [sessions, audit] = await Promise.all([
    c.sessions.listOpen(caller.id, maxSessions),
    c.audits.list(caller.id, maxAudit),
  ])
  const now = new Date(c.clock.now())
  await c.audits.append({ _id: newId('aud'), at: now, action: 'account-exported', actor: caller.id, userId: caller.id })
  return {
    exportedAt: now.toISOString(),
    user: viewUser(user),
    addresses: user.addresses.map((address) => ({ ...address })),
    sessions: sessions.map((session) => viewSession(session, caller.sessionId)),
    audit: audit.map(viewAuditRow),
  }
}
