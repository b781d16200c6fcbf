import type { ThrottleLimits } from './throttle.ts'

/** What configuration decides about time and amounts; defaults in config.ts. */
export interface Limits {
  readonly accessTokenMs: number
  readonly refreshGraceMs: number
  readonly sessionIdleMs: number
  readonly sessionAbsoluteMs: number
  readonly mailedTokenMs: number
  readonly maxAddresses: number
  readonly deletionGraceMs: number
  /** Mails to one address that somebody without an account can cause, per window. */
  readonly mailsPerAddress: number
  /** Registrations and requests for mails from one network, per window. */
  readonly mailRequestsPerIp: number
  readonly windowMs: number
  readonly mailLeaseMs: number
  readonly mailGiveUpMs: number
  readonly mailBackoffMs: number
}

/** Throttling of sign-ins by what a guess has in common with others. */
export interface SignInLimits {
  readonly perAccount: ThrottleLimits
  /** Failures of one network in one window; a plain counter, since many people may share it. */
  readonly failsPerIp: number
}
