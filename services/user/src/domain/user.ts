import type { NewUserAddress, Role, User as UserView, UserStatus } from '@toko/contracts'

export interface StoredAddress extends NewUserAddress {
  readonly id: string
  /** +1 with every change; its ETag. */
  readonly version: number
}

export interface Profile {
  readonly name?: string
  readonly phone?: string
  readonly locale?: string
}

export interface User {
  readonly _id: string
  /** As the contract normalises it: trimmed, lower case. Unique. */
  readonly email: string
  readonly emailVerifiedAt: Date | null
  /** PHC text; empty once the account is deleted. */
  readonly passwordHash: string
  readonly passwordChangedAt: Date
  readonly roles: readonly Role[]
  readonly status: UserStatus
  readonly profile: Profile
  readonly addresses: readonly StoredAddress[]
  /** A session of another epoch is over: +1 ends all sessions in the one write that has the reason for it. */
  readonly sessionEpoch: number
  /** The session that survived the last change of the epoch. */
  readonly keptSessionId: string | null
  readonly deleteAt?: Date
}

interface NewUser {
  readonly id: string
  readonly email: string
  readonly passwordHash: string
  readonly name?: string | undefined
  readonly nowMs: number
}

/** An account whose e-mail nobody has proved yet. */
export function newUser({ id, email, passwordHash, name, nowMs }: NewUser): User {
  return {
    _id: id,
    email,
    emailVerifiedAt: null,
    passwordHash,
    passwordChangedAt: new Date(nowMs),
    roles: ['customer'],
    status: 'active',
    profile: name === undefined ? {} : { name },
    addresses: [],
    sessionEpoch: 1,
    keptSessionId: null,
  }
}

export const maySignIn = (user: User): boolean => user.status === 'active' && user.emailVerifiedAt !== null

export const hasAnyRole = (user: User, roles: readonly Role[]): boolean =>
  roles.some((role) => user.roles.includes(role))

/** What the account becomes when its grace period is over: an id that orders still name, and nothing about the person. */
export const anonymised = (user: User): Partial<User> => ({
  email: `${user._id}@deleted.invalid`,
  emailVerifiedAt: null,
  passwordHash: '',
  roles: ['customer'],
  status: 'deleted',
  profile: {},
  addresses: [],
  sessionEpoch: user.sessionEpoch + 1,
  keptSessionId: null,
})

interface Revision {
  readonly rev: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The account as its owner, staff and services see it. */
export const viewUser = (user: User & Revision): UserView => ({
  id: user._id,
  email: user.email,
  isEmailVerified: user.emailVerifiedAt !== null,
  name: user.profile.name ?? null,
  phone: user.profile.phone ?? null,
  locale: user.profile.locale ?? null,
  roles: [...user.roles],
  status: user.status,
  version: user.rev,
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
})
