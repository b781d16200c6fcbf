import { counter, gauge } from '../define.ts'

const released = ['insufficient-stock', 'unavailable', 'too-old', 'order-ended', 'order-freed'] as const
const reached = ['held', 'allocated', 'consumed'] as const

/** The product service. */
export const productMetrics = {
  toko_reservations_total: counter(
    '{reservation}',
    'Reservations by the state they reached',
    { status: [...reached, 'released'], reason: ['', ...released] },
    {
      zero: [
        ...reached.map((status) => ({ status, reason: '' as const })),
        ...released.map((reason) => ({ status: 'released' as const, reason })),
      ],
    },
  ),
  toko_reservations_open: gauge('{reservation}', 'Reservations that hold stock for an order that is not decided'),
  toko_reservations_oldest_age_seconds: gauge('s', 'Age of the oldest reservation that is not decided'),
  toko_reservations_expired_total: counter(
    '{notice}',
    'Notices that a hold has outlived its time: the order service is asked to decide',
  ),
  toko_reservation_alerts_total: counter('{alert}', 'What must never happen to a reservation', {
    kind: [
      'release-refused',
      'not-allocated',
      'allocate-refused',
      'body-differs',
      'free-refused',
      'consume-refused',
      'restock-refused',
      'parked',
    ],
  }),
  toko_parked_documents: gauge('{document}', 'Documents in an impossible state that no sweeper touches'),
  toko_stock_running_low_total: counter('{notice}', 'Notices that what sells runs out', { level: ['low', 'out'] }),
  toko_stock_forecasts_total: counter('{forecast}', 'Forecasts asked for, by what came of it', {
    outcome: ['known', 'absent', 'late', 'failed'],
  }),
}

/** The payment service. */
export const paymentMetrics = {
  toko_payment_effects_total: counter('{effect}', 'Effects in the ledger', {
    kind: ['authorised', 'declined', 'voided', 'captured', 'refunded'],
  }),
  toko_payment_faults_total: counter('{call}', 'Calls that a switched-on fault hit', {
    kind: ['delay', 'timeout-after-effect', 'error-500', 'reset', 'malformed', 'wrong-amount', 'late-approval'],
  }),
  toko_payment_webhooks_total: counter('{attempt}', 'Attempts to deliver a webhook', {
    outcome: ['delivered', 'failed'],
  }),
  toko_payment_webhooks_pending: gauge('{webhook}', 'Webhooks not delivered yet'),
}

/** The user service. */
export const userMetrics = {
  toko_sign_ins_total: counter('{attempt}', 'Attempts to sign in', { outcome: ['ok', 'refused', 'throttled'] }),
  toko_session_refreshes_total: counter('{use}', 'Uses of refresh tokens', {
    outcome: ['rotated', 'repeated', 'reused', 'refused'],
  }),
  toko_mails_total: counter('{mail}', 'Mails by what became of an attempt', {
    outcome: ['delivered', 'dropped', 'failed', 'postponed'],
  }),
  toko_password_hashes_total: counter('{hash}', 'Password hashes computed', { purpose: ['hash', 'verify'] }),
  toko_password_hashes_refused_total: counter('{hash}', 'Hashes refused by a full queue'),
  toko_password_hashes_waiting: gauge('{hash}', 'Hashes that wait for a place'),
}
