import { backoffMs } from '@toko/contracts'
import { releasedAnswer } from '../domain/answers.ts'
import { closeEntries } from './close-entries.ts'
import { soundReservation } from './park.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'

/**
 * A confirmed order was cancelled: allocated → released if nothing was shipped, then 7b. A command of its own, since a late
 * Release must never free what is paid (7a). Everything else is refused: the order service sends it from `freeing` only.
 */
export async function free(core: ReservationCore, orderId: string): Promise<Outcome> {
  const { reservations, clock, limits, alerts } = core
  for (;;) {
    const existing = await soundReservation(core, orderId)
    if (existing?.status === 'released' && existing.reason === 'order-freed') {
      if (existing.nextAttemptAt !== undefined) await closeEntries(core, existing)
      return { reservation: existing, isNew: false, isRefused: false, repeated: releasedAnswer(existing) }
    }
    if (existing?.status !== 'allocated' || existing.consumptions?.length) {
      alerts.raise('free-refused', orderId)
      return { reservation: existing, isNew: false, isRefused: true }
    }
    const now = clock.now()
    const freed = await reservations.amend(
      existing,
      { status: 'released', reason: 'order-freed', nextAttemptAt: now + backoffMs(orderId, 0, limits) },
      [releasedAnswer({ _id: orderId, version: existing.version + 1 })],
      now,
    )
    // Lost to another free or to a shipment: the new state answers.
    if (!freed) continue
    await closeEntries(core, freed, { wasHeld: true })
    return { reservation: freed, isNew: false, isRefused: false }
  }
}
