import type { Session as SessionView } from '@toko/contracts'
import type { Limits } from './limits.ts'
import { maySignIn, type User } from './user.ts'

export interface RefreshGeneration {
  /** SHA-256 of the refresh token. */
  readonly hash: string
  readonly generation: number
  readonly issuedAt: Date
}

export interface RefreshPredecessor {
  readonly hash: string
  readonly rotatedAt: Date
  /** The successor, readable only with the predecessor itself. */
  readonly sealed: string
}

export interface Session {
  readonly _id: string
  readonly userId: string
  /** The user's sessionEpoch at the sign-in. */
  readonly epoch: number
  readonly cur: RefreshGeneration
  readonly prev: RefreshPredecessor | null
  readonly device: string | null
  readonly ipPrefix: string
  /** HMAC of user agent and network: tells a new device from a known one. */
  readonly deviceMark: string
  readonly authTime: Date
  readonly lastUsedAt: Date
  readonly idleExpiresAt: Date
  readonly absoluteExpiresAt: Date
  readonly revokedAt: Date | null
}

/** Whether a session still stands for its user: the one rule for refresh, status calls and acts of high risk. */
export function isLive(session: Session, user: User, nowMs: number): boolean {
  return (
    session.userId === user._id &&
    session.revokedAt === null &&
    session.idleExpiresAt.getTime() > nowMs &&
    session.absoluteExpiresAt.getTime() > nowMs &&
    maySignIn(user) &&
    (session.epoch === user.sessionEpoch || session._id === user.keptSessionId)
  )
}

export type RefreshVerdict = 'rotate' | 'same-successor' | 'other'

/** U3: the current token rotates; its predecessor gets the same successor for a while (a lost answer, two tabs). */
export function judgeRefresh({ cur, prev }: Session, hash: string, nowMs: number, limits: Limits): RefreshVerdict {
  if (hash === cur.hash) return 'rotate'
  const isInGrace = prev !== null && nowMs - prev.rotatedAt.getTime() <= limits.refreshGraceMs
  return isInGrace && hash === prev.hash ? 'same-successor' : 'other'
}

/** Idle expiry moves with each use, but never beyond the absolute one. */
export function idleExpiry(absoluteExpiresAt: Date, nowMs: number, limits: Limits): Date {
  return new Date(Math.min(nowMs + limits.sessionIdleMs, absoluteExpiresAt.getTime()))
}

export const viewSession = (
  session: Session & { readonly createdAt: Date },
  currentId: string | undefined,
): SessionView => ({
  id: session._id,
  device: session.device,
  ipPrefix: session.ipPrefix,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: session.idleExpiresAt.toISOString(),
  isCurrent: session._id === currentId,
})
