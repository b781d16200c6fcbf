import { createHash } from 'node:crypto'
import { errors, type StockAdjustment } from '@toko/contracts'
import type { Balance, Movement } from '../domain/movement.ts'
import type { LedgerStore } from '../store/ledger-store.ts'
import type { ProductStore } from '../store/product-store.ts'
import type { Catalogue } from './catalogue.ts'
import type { OneAtATime } from './one-at-a-time.ts'

/** Other replicas may be faster this often. */
const maxRounds = 20

export interface StockDesk extends Pick<Catalogue, 'clock' | 'newId'> {
  readonly products: Pick<ProductStore, 'getBySku'>
  readonly ledger: LedgerStore
  readonly inTurn: OneAtATime
}

/** Balance of a SKU; zeros for a variant that never had stock. @throws not-found */
export async function balanceOf({ ledger, products, clock }: StockDesk, sku: string): Promise<Balance> {
  const balance = await ledger.get(sku)
  if (balance) return balance
  if (!(await products.getBySku(sku))) throw errors.notFound()
  return ledger.open(sku, clock.now())
}

function deltaFor({ delta, setTo, expectedOnHand }: StockAdjustment, { onHand, available }: Balance): number {
  if (expectedOnHand !== undefined && expectedOnHand !== onHand)
    throw errors.conflict({ detail: 'another quantity is on hand now', extensions: { onHand } })
  const change = delta ?? setTo! - onHand
  if (available + change < 0)
    throw errors.conflict({ detail: 'less would be on hand than is reserved', extensions: { onHand, available } })
  return change
}

/**
 * Changes what is on hand, once per idempotency key of an actor: a repeat answers the same movement.
 * The number of the last movement in the write's filter makes that exact: a movement with this key is in the balance read
 * first, in the ledger read after it, or changes the number.
 * @throws not-found, conflict (would go negative, other expectedOnHand), idempotency-key-reused, overloaded
 */
export function adjustStock(
  desk: StockDesk,
  sku: string,
  adjustment: StockAdjustment,
  by: { readonly actor: string; readonly key: string },
): Promise<Movement> {
  return desk.inTurn(sku, () => adjustInTurn(desk, sku, adjustment, by))
}

async function adjustInTurn(
  desk: StockDesk,
  sku: string,
  adjustment: StockAdjustment,
  by: { readonly actor: string; readonly key: string },
): Promise<Movement> {
  const { ledger, clock, newId } = desk
  const { delta = null, setTo = null, reason, expectedOnHand = null } = adjustment
  const content = JSON.stringify([delta, setTo, reason, expectedOnHand])
  const bodyHash = createHash('sha256').update(content).digest('base64url')
  const key = `${by.actor} ${by.key}`
  for (let round = 0; round < maxRounds; round++) {
    const balance = await balanceOf(desk, sku)
    const earlier = balance.pending.find((movement) => movement.key === key) ?? (await ledger.findByKey(sku, key))
    if (earlier) {
      if (earlier.bodyHash !== bodyHash) throw errors.idempotencyKeyReused()
      return earlier
    }
    const change = deltaFor(adjustment, balance)
    const movement: Movement = {
      id: newId('mov'),
      seq: balance.seq + 1,
      kind: 'adjustment',
      delta: change,
      onHand: balance.onHand + change,
      reason,
      actor: by.actor,
      key,
      bodyHash,
      at: clock.now(),
    }
    if (await ledger.append(sku, movement)) return movement
  }
  throw errors.overloaded({ retryAfterSeconds: 1 })
}
