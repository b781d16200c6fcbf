export type TokenPurpose = 'verify-email' | 'reset-password' | 'change-email'

/** A mailed one-time token; `_id` is the SHA-256 of it. */
export interface OneTimeToken {
  readonly _id: string
  readonly purpose: TokenPurpose
  readonly userId: string
  /** Address of the account when it was mailed: a link to an old address is worth nothing. */
  readonly email: string
  /** Of the registration that caused the mail. */
  readonly passwordHash?: string
  readonly name?: string
  readonly newEmail?: string
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

export interface TokenStore {
  /** Writes it, or moves the expiry of one that is not used: its mail is only sent now. */
  issue(token: OneTimeToken): Promise<void>
  /** Valid and not used, without using it. */
  peek(hash: string, purpose: TokenPurpose): Promise<OneTimeToken | null>
  /** Uses it up; null for every reason why it can't be (U7). */
  consume(hash: string, purpose: TokenPurpose): Promise<OneTimeToken | null>
  deleteAll(userId: string): Promise<void>
}
