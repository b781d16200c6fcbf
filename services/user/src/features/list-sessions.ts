import { isLive } from '../domain/session.ts'
import type { StoredSession } from '../store/session-store.ts'
import type { Caller, Context } from './context.ts'

/** The caller's sessions that are not over, newest first. */
export async function listSessions(
  c: Context,
  caller: Caller,
  limit: number,
  afterId?: string,
): Promise<{ items: StoredSession[]; lastId: string | null }> {
  const user = await c.users.get(caller.id)
  const found = user ? await c.sessions.listOpen(caller.id, limit, afterId) : []
  return {
    items: found.filter((session) => isLive(session, user!, c.clock.now())),
    lastId: found.length === limit ? found.at(-1)!._id : null,
  }
}
