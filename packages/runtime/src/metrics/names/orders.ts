import { counter, gauge, histogram, open } from '../define.ts'

const reasons = [
  'insufficient-stock',
  'unavailable',
  'too-old',
  'price-changed',
  'payment-declined',
  'payment-mismatch',
  'cancelled-by-user',
  'cancelled-by-staff',
  'pending-timeout',
  'payment-timeout',
  'unpaid-timeout',
] as const

const failures = ['rejected', 'cancelled', 'expired'] as const
const ends = [
  { status: 'confirmed', reason: '' } as const,
  ...failures.flatMap((status) => reasons.map((reason) => ({ status, reason }))),
]

/** Seconds from the order to its final status; most of the fast path ends in the first bounds. */
const endBuckets = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900]

const steps = ['reserve', 'authorise', 'allocate', 'capture', 'consume', 'restock'] as const
const compensations = ['release', 'void', 'free', 'refund'] as const

/** The order service. */
export const orderMetrics = {
  toko_orders_placed_total: counter('{order}', 'Orders made durable'),
  toko_orders_final_total: counter(
    '{order}',
    'Orders whose placement ended: confirmed, or how and why it failed',
    { status: ['confirmed', ...failures], reason: ['', ...reasons] },
    { zero: ends },
  ),
  toko_order_duration_seconds: histogram(
    'From the order to the end of its placement, without the time that it waited for its buyer',
    { status: ['confirmed', ...failures] },
    { buckets: endBuckets },
  ),
  toko_saga_step_failures_total: counter('{step}', 'Steps that got no answer or an unusable one; repeated later', {
    step: [...steps, ...compensations],
  }),
  toko_saga_compensations_total: counter('{step}', 'Compensations begun: what was done is taken back', {
    step: compensations,
  }),
  toko_payment_attempts_total: counter(
    '{payment}',
    'Payment attempts by outcome; failed ones had no usable answer in time',
    { outcome: ['approved', 'declined', 'failed'] },
  ),
  toko_refunds_total: counter('{refund}', 'Refunds, as they were asked for and as they were paid', {
    state: ['requested', 'succeeded'],
  }),
  toko_shipments_total: counter('{shipment}', 'Shipments of orders'),
  toko_order_alerts_total: counter('{alert}', 'Things about orders that a person must look at', {
    kind: [
      'authorised-too-long',
      'not-captured',
      'not-allocated',
      'captured-while-voiding',
      'payment-mismatch',
      'payment-orphaned',
      'unknown-order',
      'not-freed',
      'stock-late',
      'refund-late',
      'refund-refused',
      'parked',
      'step-failed',
    ],
  }),
  toko_orders_overdue: gauge('{order}', 'Orders that have waited for us, not for the buyer, for more than 30 s'),
  toko_orders_parked: gauge('{order}', 'Orders held back until a person has looked'),
  toko_reconciliation_differences: gauge(
    '{difference}',
    'Differences between the books of the services that are open now; must be 0',
    { invariant: open(60) },
  ),
  toko_reconciliation_last_success_timestamp_seconds: gauge(
    's',
    'When the reconciliation last ran to its end, as Unix time; 0 before',
  ),
  toko_reconciliation_checked_orders: gauge('{order}', 'Orders that the last run looked at'),
}
