import { type ConfigOf, fields, serviceFields } from '@toko/runtime'

/** ORDER_* variables. Time limits and their reasons: order-protocol.md, "Timeouts". */
export const orderConfig = {
  ...serviceFields({ name: 'order', port: 8003, adminPort: 9003 }),
  /** Key set of the user service: access tokens are verified with it. */
  jwksUrl: fields.httpUrl(),
  productUrl: fields.httpUrl(),
  paymentUrl: fields.httpUrl(),
  toProductSecret: fields.secret(),
  toPaymentSecret: fields.secret(),
  fromUserSecret: fields.secret(),
  webhookSecret: fields.secret(),
  /**
   * How the neighbours are called: http, or rpc over the bus. events: placement calls the product service by no means,
   * messages and sweepers do all of it; what is left to call goes over HTTP.
   */
  calls: fields.oneOf(['http', 'rpc', 'events'], 'http'),
  /** Where the story of an order finds its traces; with both Tempo wins, with neither it says that it has none. */
  jaegerUrl: fields.httpUrl().optional(),
  tempoUrl: fields.httpUrl().optional(),
  firstSweepMs: fields.ms(5000),
  sweepEveryMs: fields.ms(1000),
  pendingLimitMs: fields.ms(60_000),
  payingLimitMs: fields.ms(120_000),
  unpaidHoldMs: fields.ms(15 * 60_000),
  keyLifeMs: fields.ms(20 * 3_600_000),
  maxBackoffMs: fields.ms(60_000),
  maxPaymentAttempts: fields.count(3, { max: 10 }),
  captureAlertMs: fields.ms(5 * 60_000),
  authorisedAlertMs: fields.ms(60_000),
  returnWindowMs: fields.ms(30 * 86_400_000),
  maxUnpaidPerUser: fields.count(5),
  stockCallMs: fields.ms(2000),
  /** A read by RPC: whoever waits for it has little time. */
  rpcReadMs: fields.ms(800),
  providerCallMs: fields.ms(10_000),
  outboxSlowPathMs: fields.ms(2000),
  streamPollMs: fields.ms(500),
  reconcileEveryMs: fields.ms(60_000),
  /** Orders that the reconciliation compares at a time. */
  reconcileBatch: fields.count(100, { min: 10, max: 500 }),
  /** Everything is compared once in this time. */
  reconcileCycleMs: fields.ms(3_600_000),
  /** What is younger may still be under way: order-protocol.md, final at most 120 s after the last fault. */
  reconcileSettleMs: fields.ms(120_000),
}

export type OrderConfig = ConfigOf<typeof orderConfig>
