import type { UserConfig } from '../config.ts'
import type { Limits, SignInLimits } from '../domain/limits.ts'
import type { RotationLimits } from '../domain/signing-keys.ts'

const dayMs = 86_400_000

/** Configuration as the domain reads it. */
export const limitsOf = (config: UserConfig): Limits & SignInLimits & RotationLimits => ({
  accessTokenMs: config.accessTokenMs,
  refreshGraceMs: config.refreshGraceMs,
  sessionIdleMs: config.sessionIdleMs,
  sessionAbsoluteMs: config.sessionAbsoluteDays * dayMs,
  mailedTokenMs: config.mailedTokenMs,
  maxAddresses: config.maxAddresses,
  deletionGraceMs: config.deletionGraceMs,
  mailsPerAddress: config.mailsPerAddress,
  mailRequestsPerIp: config.mailRequestsPerIp,
  windowMs: config.signInWindowMs,
  mailLeaseMs: config.mailLeaseMs,
  mailGiveUpMs: config.mailGiveUpMs,
  mailBackoffMs: config.mailBackoffMs,
  keyRotateMs: config.keyRotateDays * dayMs,
  keyLeadMs: config.keyLeadMs,
  keyRetainMs: config.keyRetainMs,
  perAccount: {
    freeFails: config.signInFreeFails,
    maxPerWindow: config.signInMaxPerWindow,
    windowMs: config.signInWindowMs,
    maxDelayMs: config.signInMaxDelayMs,
  },
  failsPerIp: config.signInFailsPerIp,
})
