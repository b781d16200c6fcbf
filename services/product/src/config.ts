import { type ConfigOf, fields, serviceFields } from '@toko/runtime'

/** PRODUCT_* variables. Time limits of reservations and their reasons: order-protocol.md, "Timeouts". */
export const productConfig = {
  ...serviceFields({ name: 'product', port: 8002, adminPort: 9002 }),
  /** Key set of the user service: access tokens are verified with it. */
  jwksUrl: fields.httpUrl(),
  fromOrderSecret: fields.secret(),
  reservingLimitMs: fields.ms(30_000),
  heldLimitMs: fields.ms(20 * 60_000),
  overdueRepeatMs: fields.ms(5 * 60_000),
  entryRetentionMs: fields.ms(3_600_000),
  maxBackoffMs: fields.ms(60_000),
  sweepEveryMs: fields.ms(1000),
  /** Open reservations and tombstones of one SKU beyond which holds are refused. */
  maxEntries: fields.count(5000, { max: 50_000 }),
  /** Commands on reservations worked on at once over HTTP; less than the pool, so that others get a connection. */
  reservationSlots: fields.count(12, { max: 500 }),
  /** Available units up to which shoppers see "low". */
  lowStock: fields.count(5),
  /** Pause between two stretches of the repair of copied stock levels. */
  levelSweepMs: fields.ms(5000),
  outboxSlowPathMs: fields.ms(2000),
  /** For the forecast service to answer a staff route; it may be absent. */
  forecastTimeoutMs: fields.ms(800),
  importLeaseMs: fields.ms(30_000),
  importBatch: fields.count(10, { max: 1000 }),
}

export type ProductConfig = ConfigOf<typeof productConfig>
