import { isLive } from '../domain/session.ts'
import type { Context } from './context.ts'

/** Whether a session still stands, for acts that can't wait for an access token to end. */
export async function isSessionActive(c: Context, sessionId: string): Promise<boolean> {
  const session = await c.sessions.get(sessionId)
  const user = session && (await c.users.get(session.userId))
  return Boolean(session && user && isLive(session, user, c.clock.now()))
}
