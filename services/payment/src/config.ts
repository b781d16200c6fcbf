import { type ConfigOf, fields, serviceFields } from '@toko/runtime'

/** Variables with prefix PAYMENT; README.md lists them. */
export const paymentConfig = {
  ...serviceFields({ name: 'payment', port: 8004, adminPort: 9004 }),
  /** Secret of the edge from the order service. */
  fromOrderSecret: fields.secret(),
  /** Key set of the user service, for the tokens of admins. */
  jwksUrl: fields.httpUrl(),
  /** Where definitive changes are announced; without it they are not. */
  webhookUrl: fields.httpUrl().optional(),
  webhookSecret: fields.secret(),
  webhookTimeoutMs: fields.ms(5000),
  /** Pause after the first failed delivery; doubles up to a minute. */
  webhookRetryMs: fields.ms(1000),
  /** How long a replica may miss a change of the fault switches. */
  faultCacheMs: fields.ms(500),
  slowCardMs: fields.ms(1500),
  processingMs: fields.ms(500),
  lateApprovalMs: fields.ms(30_000),
}
export type PaymentConfig = ConfigOf<typeof paymentConfig>
