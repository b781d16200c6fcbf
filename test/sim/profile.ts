import type { PaymentMethod } from '@toko/contracts'
import type { Limits as OrderLimits } from '../../services/order/src/domain/limits.ts'
import type { Limits as ProductLimits } from '../../services/product/src/domain/limits.ts'
import { type Theme, themes } from './fault-kinds.ts'
import type { Rng } from './rng.ts'

/** How one seed's world is made: small, and different in every respect that could matter. */
export interface Profile {
  readonly theme: Theme
  readonly faultRate: number
  readonly healAt: number
  readonly order: OrderLimits
  readonly product: ProductLimits
  /** Units on hand per SKU at the beginning. */
  readonly stock: readonly number[]
  readonly clients: number
  readonly hasWebhooks: boolean
  /** Somebody listens to the order's events beside the product service. */
  readonly hasFollower: boolean
  /** Prices come through the scheduler too, and may fail; elsewhere they are at hand. */
  readonly asksCatalogue: boolean
  /** Stock over HTTP, or by messages and sweepers alone (ORDER_CALLS=events). */
  readonly callsStock: boolean
  /** The broker keeps what it is given; otherwise it loses every command, and calls and sweepers alone must do. */
  readonly hasBroker: boolean
  readonly maxUnpaid: number
  readonly cards: readonly PaymentMethod[]
  /** Staff and buyers go on with confirmed orders: shipments, refunds, returns. */
  readonly goesOn: boolean
}

const allThemes = Object.keys(themes) as Theme[]
/** `all` reaches what only a mixture of faults reaches, so it comes more often than the others. */
const drawnThemes: readonly Theme[] = [...allThemes.filter((theme) => theme !== 'calm'), 'all', 'all', 'all', 'all']
const cards: readonly PaymentMethod[] = [
  'card_ok',
  'card_ok',
  'card_ok',
  'card_declined',
  'card_insufficient_funds',
  'card_processing',
  'card_processing_declined',
  'card_late_approval',
]

export function drawProfile(rng: Rng): Profile {
  const theme = rng.chance(0.03) ? 'calm' : rng.pick(drawnThemes)
  const isSlow = rng.chance(0.1)
  const skus = rng.chance(0.3) ? 2 : 1
  const goesOn = rng.chance(0.22)
  const callsStock = rng.chance(0.8)
  const maxBackoffMs = rng.pick([5000, 60_000])
  const payingLimitMs = rng.pick([3000, 8000, 30_000, 90_000])
  return {
    theme,
    faultRate: theme === 'calm' ? 0 : rng.pick([0.03, 0.06, 0.1, 0.2]),
    healAt: isSlow ? rng.between(60_000, 150_000) : rng.between(4000, 30_000),
    order: {
      firstSweepMs: rng.pick([1000, 5000]),
      pendingLimitMs: rng.pick([6000, 20_000, 60_000]),
      payingLimitMs,
      unpaidHoldMs: rng.pick([10_000, 30_000]),
      keyLifeMs: payingLimitMs < 60_000 && rng.chance(0.3) ? payingLimitMs / 2 : 72_000_000,
      maxBackoffMs,
      maxPaymentAttempts: rng.pick([1, 2, 3]),
      captureAlertMs: 300_000,
      authorisedAlertMs: 60_000,
      returnWindowMs: rng.pick([20_000, 2_592_000_000]),
    },
    product: {
      reservingLimitMs: rng.pick([1500, 30_000]),
      heldLimitMs: rng.pick([3000, 10_000, 1_200_000]),
      overdueRepeatMs: rng.pick([3000, 300_000]),
      entryRetentionMs: rng.chance(0.25) ? rng.pick([800, 5000]) : 3_600_000,
      maxBackoffMs: rng.pick([5000, 60_000]),
    },
    stock: Array.from({ length: skus }, () => rng.between(1, goesOn ? 5 : 3)),
    clients: rng.pick([1, 1, 1, 1, 1, 1, 2, 3]),
    hasWebhooks: theme === 'webhooks' || rng.chance(0.1),
    hasFollower: rng.chance(0.25),
    asksCatalogue: rng.chance(0.25),
    callsStock,
    hasBroker: !callsStock || rng.chance(0.6),
    maxUnpaid: rng.chance(0.1) ? 1 : 5,
    cards: rng.chance(0.5) ? ['card_ok'] : cards,
    goesOn,
  }
}
