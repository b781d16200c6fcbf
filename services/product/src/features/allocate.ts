import { allocatedAnswer, notAllocatedAnswer } from '../domain/answers.ts'
import { soundReservation } from './park.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'

/**
 * Allocate (step 18): the order is paid, its stock waits for a shipment. Released or unknown stock can't be allocated: that
 * must never happen, so it raises an alert and says NotAllocated.
 */
export async function allocate(core: ReservationCore, orderId: string): Promise<Outcome> {
  const { reservations, clock, alerts } = core
  const existing = await soundReservation(core, orderId)
  const about = { _id: orderId, version: (existing?.version ?? 0) + 1 }
  if (existing?.status === 'held') {
    const change = { status: 'allocated', nextAttemptAt: null } as const
    const allocated = await reservations.move(orderId, ['held'], change, [allocatedAnswer(about)], clock.now())
    // Lost to another allocate or a release: the new state answers.
    return allocated ? { reservation: allocated, isNew: false, isRefused: false } : allocate(core, orderId)
  }
  if (existing?.status === 'allocated' || existing?.status === 'consumed')
    return { reservation: existing, isNew: false, isRefused: false, repeated: allocatedAnswer(existing) }
  if (existing?.status === 'reserving') {
    alerts.raise('allocate-refused', orderId)
    return { reservation: existing, isNew: false, isRefused: true }
  }
  // Freed was allocated once: this is a late copy of that command.
  if (existing?.reason !== 'order-freed') alerts.raise('not-allocated', orderId)
  const repeated = notAllocatedAnswer(existing ?? { _id: orderId, version: 0 })
  return { reservation: existing, isNew: false, isRefused: false, repeated }
}
