import type { ShopConnection } from '../../shop/connect.ts'
import { patience, patiently } from '../load/patience.ts'
import type { FaultCounts, FaultKind, FaultTarget } from './fault-kinds.ts'
import { startPaymentFaults } from './payment-faults.ts'
import { startProcessFaults } from './process-faults.ts'

interface FaultsOptions {
  readonly shop: ShopConnection
  readonly seed: number
  readonly kinds: readonly FaultKind[]
  readonly targets: readonly FaultTarget[]
}

const endWithinMs = 60_000

export interface Faults {
  /** Ends all of them; the drain begins after it. */
  stop(): Promise<FaultCounts>
}

export async function startFaults({ shop, seed, kinds, targets }: FaultsOptions): Promise<Faults> {
  const endPayment = kinds.includes('psp') ? await startPaymentFaults(shop, seed) : undefined
  const signals = kinds.filter((kind) => kind !== 'psp')
  const processes = signals.length > 0 ? startProcessFaults({ seed, kinds: signals, targets }) : undefined
  const end = async () => {
    await processes?.stop()
    // What was killed last may still be on its way back: a shop must not stay under faults.
    if (endPayment) await patiently(patience(endWithinMs), endPayment)
    return { ...(endPayment ? { psp: 1 } : {}), ...processes?.counts }
  }
  let ending: Promise<FaultCounts> | undefined
  return { stop: () => (ending ??= end()) }
}
