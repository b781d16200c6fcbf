/** Mails whose text depends on what the account is when they are sent: the request path does the same work for all. */
export type ResolvedKind = 'registration' | 'verification' | 'password-reset' | 'email-change'

export type NoticeKind =
  | 'password-changed'
  | 'email-change-notice'
  | 'email-changed'
  | 'refresh-token-reused'
  | 'new-device'
  | 'account-deletion'
  | 'order-confirmed'
  | 'order-cancelled'

export type MailTemplate =
  | NoticeKind
  | 'verify-email'
  | 'account-exists'
  | 'reset-password'
  | 'confirm-email-change'
  | 'email-taken'

export interface MailJob {
  readonly kind: ResolvedKind | NoticeKind
  /** Address; without it the account's own at the time of sending. */
  readonly to?: string
  readonly userId?: string
  readonly data?: Readonly<Record<string, string>>
  /** Encrypted MailSecrets. */
  readonly sealed?: string
}

/** What a mail carries that must not lie readable in the database. */
export interface MailSecrets {
  readonly token: string
  /** Of the registration that caused the mail: whoever reads the mail decides which registration counts. */
  readonly passwordHash?: string
  readonly name?: string
}

/** Kinds that somebody without an account can cause: limited per address. */
export const isRequestedByAnybody = (kind: MailJob['kind']): boolean =>
  kind === 'registration' || kind === 'verification' || kind === 'password-reset' || kind === 'email-change'
