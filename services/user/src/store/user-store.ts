import type { Role, UserStatus } from '@toko/contracts'
import type { Aggregate } from '@toko/database'
import type { Effects } from '../domain/effects.ts'
import type { User } from '../domain/user.ts'

export type StoredUser = User & Aggregate

export interface UserFilter {
  readonly email?: string | undefined
  readonly status?: UserStatus | undefined
  readonly role?: Role | undefined
}

export interface UserChange {
  readonly set?: Partial<User>
  readonly unset?: readonly (keyof User)[]
}

export interface UserStore {
  /** One insert; the unique index on the e-mail decides races. */
  insert(user: User, effects: Effects): Promise<'inserted' | 'email-taken'>
  get(id: string): Promise<StoredUser | null>
  findByEmail(email: string): Promise<StoredUser | null>
  /** Writes on top of the revision that was read, or returns null when it is gone. @throws conflict for a taken e-mail */
  update(before: Pick<StoredUser, '_id' | 'rev'>, change: UserChange, effects?: Effects): Promise<StoredUser | null>
  /** Newest first; `afterId` is the last id of the page before. */
  list(filter: UserFilter, limit: number, afterId?: string): Promise<StoredUser[]>
  /** Closed accounts whose grace period is over, the longest overdue first. */
  dueForDeletion(nowMs: number, limit: number): Promise<StoredUser[]>
}
