import { isDue, type PaymentEvent } from '@toko/contracts'
import type { DeliveryStore } from '../../services/payment/src/store/delivery-store.ts'

interface Stored {
  readonly id: string
  readonly event: PaymentEvent
  readonly attempts: number
  /** Absent once delivered. */
  readonly dueAt?: number
}

/** Webhooks on their way, without a database. */
export function memoryDeliveries(): DeliveryStore & { readonly all: ReadonlyMap<string, Stored> } {
  const all = new Map<string, Stored>()
  const set = (id: string, change: (found: Stored) => Stored) => {
    const found = all.get(id)
    if (found) all.set(id, change(found))
  }
  return {
    all,
    async add(event, dueAtMs) {
      dueAtMs.forEach((dueAt, copy) => {
        const id = `${event.id}:${copy + 1}`
        if (!all.has(id)) all.set(id, { id, event, dueAt, attempts: 0 })
      })
    },
    async claim(nowMs, leaseMs, latestMs) {
      let most: Stored | undefined
      for (const each of all.values())
        if (isDue(each.dueAt, nowMs, latestMs) && (!most || each.dueAt < most.dueAt!)) most = each
      if (!most) return null
      const claimed = { ...most, dueAt: nowMs + leaseMs, attempts: most.attempts + 1 }
      all.set(most.id, claimed)
      return { id: claimed.id, event: claimed.event, attempts: claimed.attempts }
    },
    async postpone(id, untilMs) {
      set(id, (found) => ({ ...found, dueAt: untilMs }))
    },
    async delivered(id) {
      set(id, ({ dueAt: _sent, ...found }) => found)
    },
    async countWaiting() {
      return [...all.values()].filter(({ dueAt }) => dueAt !== undefined).length
    },
  }
}
