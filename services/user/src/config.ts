import { type ConfigOf, fields, serviceFields } from '@toko/runtime'

const [minute, day] = [60_000, 86_400_000]

/** USER_* variables; README.md lists them. */
export const userConfig = {
  ...serviceFields({ name: 'user', port: 8001, adminPort: 9001 }),
  /** Links in mails start with it, never with a request's Host. */
  publicUrl: fields.httpUrl(),
  orderUrl: fields.httpUrl(),
  /** How the order service is asked. */
  calls: fields.oneOf(['http', 'rpc'], 'http'),
  toOrderSecret: fields.secret(),
  fromOrderSecret: fields.secret(),
  fromProductSecret: fields.secret(),
  /** Without it `PUT /internal/accounts` and the command line's access are off. */
  fromCliSecret: fields.secret().optional(),
  /** Seals signing keys and mailed tokens, keys the throttle's digests. Changing it asks for an empty collection signingKeys. */
  keySecret: fields.secret(32),
  /** smtp(s)://user:password@host:port. Without it mails stay in the service's own mailbox. */
  smtpUrl: fields.secret(1).optional(),
  mailFrom: fields.text('toko <no-reply@toko.test>'),
  orderCallMs: fields.ms(1000),

  accessTokenMs: fields.ms(5 * minute),
  refreshGraceMs: fields.ms(10_000),
  sessionIdleMs: fields.ms(14 * day),
  /** 24 days at most fit a variable of milliseconds: 90 days are given in days. */
  sessionAbsoluteDays: fields.count(90, { max: 3650 }),
  mailedTokenMs: fields.ms(15 * minute),
  maxAddresses: fields.count(50, { max: 50 }),
  deletionGraceMs: fields.ms(7 * day),
  sweepEveryMs: fields.ms(5000),

  /** Age of a signing key in days at which the next one is made. */
  keyRotateDays: fields.count(30, { max: 3650 }),
  keyLeadMs: fields.ms(20 * minute),
  keyRetainMs: fields.ms(30 * minute),
  keyCheckMs: fields.ms(minute),

  /** Throttling: failures without a delay, guesses per window, the window, the longest wait. */
  signInFreeFails: fields.count(5),
  signInMaxPerWindow: fields.count(10),
  signInWindowMs: fields.ms(15 * minute),
  signInMaxDelayMs: fields.ms(15 * minute),
  /** Failures of one network (/24, /56) per window; successes don't count. */
  signInFailsPerIp: fields.count(300),
  /** Hashes that may wait for a place; one more is answered 503. */
  hashQueue: fields.count(100, { min: 0 }),
  mailsPerAddress: fields.count(5),
  mailRequestsPerIp: fields.count(1000),
  /** Longer than a slow mail server may take; after it another replica takes the mail up. */
  mailLeaseMs: fields.ms(30_000),
  mailBackoffMs: fields.ms(2000),
  mailGiveUpMs: fields.ms(day),
  mailSweepMs: fields.ms(1000),
  outboxSlowPathMs: fields.ms(2000),
}

export type UserConfig = ConfigOf<typeof userConfig>
