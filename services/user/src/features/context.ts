import type { Limits, SignInLimits } from '../domain/limits.ts'
import type { AccessTokens, MailTransport, OpenOrders, Passwords, SecretBox } from '../ports.ts'
import type { AuditStore } from '../store/audit-store.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { SessionStore } from '../store/session-store.ts'
import type { ThrottleStore } from '../store/throttle-store.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { UserStore } from '../store/user-store.ts'

/** What the features work with; service.ts makes it. */
export interface Context {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly tokens: TokenStore
  readonly throttles: ThrottleStore
  readonly mails: MailStore
  readonly audits: AuditStore
  readonly passwords: Passwords
  readonly secrets: SecretBox
  readonly accessTokens: AccessTokens
  readonly openOrders: OpenOrders
  readonly transport: MailTransport
  readonly clock: { now(): number }
  readonly limits: Limits & SignInLimits
  readonly publicUrl: string
  /** Sends waiting mails now, in the background. */
  readonly kickMails: () => void
  readonly count: {
    signIn(outcome: 'ok' | 'refused' | 'throttled'): void
    refresh(outcome: 'rotated' | 'repeated' | 'reused' | 'refused'): void
    mail(outcome: 'delivered' | 'dropped' | 'failed' | 'postponed'): void
  }
}

/** Where a request comes from. */
export interface Client {
  readonly ip: string
  readonly userAgent: string | undefined
}

/** The person who asks, as the verified access token says. */
export interface Caller {
  readonly id: string
  readonly sessionId: string
}
