import type { Aggregate } from '@toko/database'
import type { Effects } from '../domain/effects.ts'
import type { Session } from '../domain/session.ts'

export type StoredSession = Session & Aggregate

export interface SessionStore {
  insert(session: Session, effects: Effects): Promise<StoredSession>
  get(id: string): Promise<StoredSession | null>
  /** Replaces the current refresh token, if it still is the one with that hash; null when somebody was faster. */
  rotate(
    id: string,
    currentHash: string,
    change: Pick<Session, 'cur' | 'prev' | 'lastUsedAt' | 'idleExpiresAt'>,
  ): Promise<StoredSession | null>
  /** Ends one session; null when it was over already. */
  revoke(id: string, effects?: Effects): Promise<StoredSession | null>
  /** Marks all of a user as ended but one; the user's epoch has ended them before. */
  revokeAll(userId: string, exceptId?: string): Promise<void>
  /** Not ended, newest first. */
  listOpen(userId: string, limit: number, afterId?: string): Promise<StoredSession[]>
  knowsDevice(userId: string, deviceMark: string): Promise<'first-session' | 'known' | 'new'>
  deleteAll(userId: string): Promise<void>
}
