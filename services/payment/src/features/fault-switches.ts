import type { PaymentFault, PaymentFaults } from '@toko/contracts'
import { concerns, draw } from '../domain/faults.ts'
import type { FaultSwitches } from '../ports.ts'
import type { FaultStore, StoredFaults } from '../store/fault-store.ts'

interface Needs {
  readonly store: FaultStore
  /** How long another replica's change may go unnoticed. */
  readonly cacheMs: number
  readonly random: () => number
}

/** Misbehaviour by request: every replica obeys a change within `cacheMs`, this one at once. */
export function makeFaultSwitches({ store, cacheMs, random }: Needs): FaultSwitches {
  let cached: Promise<StoredFaults> | undefined
  let readAtMs = 0

  function current(): Promise<StoredFaults> {
    if (cached && performance.now() - readAtMs < cacheMs) return cached
    readAtMs = performance.now()
    const reading = store.read()
    cached = reading
    reading.catch(() => {
      if (cached === reading) cached = undefined
    })
    return reading
  }

  async function hits(fault: StoredFaults['faults'][number], seed: number | undefined): Promise<boolean> {
    const { probability, remaining, id } = fault
    if (probability === 0) return false
    if (probability < 1 && (seed === undefined ? random() : draw(seed, await store.nextDraw())) >= probability)
      return false
    return remaining === undefined || (remaining > 0 && store.claim(id))
  }

  return {
    async pick(operation) {
      const { faults, seed } = await current()
      for (const fault of faults) if (concerns(fault, operation) && (await hits(fault, seed))) return fault
      return undefined
    },
    webhooks: async () => (await current()).webhooks,
    async show() {
      const { faults, ...rest } = await store.read()
      return { ...rest, faults: faults.map(({ id: _id, ...fault }): PaymentFault => fault) }
    },
    async replace(faults: PaymentFaults) {
      await store.replace(faults)
      cached = undefined
    },
  }
}
