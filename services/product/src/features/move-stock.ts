import { backoffMs, type DomainEvent, errors } from '@toko/contracts'
import { aggregateLines } from '../domain/lines.ts'
import type { Move, MoveDecision } from '../domain/moves.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import type { AlertKind } from '../ports.ts'
import type { ReservationChange } from '../store/reservation-store.ts'
import { followMoves } from './follow-moves.ts'
import { soundReservation } from './park.ts'
import type { Outcome, ReservationCore } from './reservation-core.ts'

/** What differs between a shipment and a return. */
export interface MovePlan {
  readonly alert: AlertKind
  decide(reservation: StoredReservation, wanted: readonly Move[]): MoveDecision
  change(reservation: StoredReservation, all: readonly Move[]): Omit<ReservationChange, 'nextAttemptAt'>
  answer(reservation: Pick<StoredReservation, '_id' | 'version' | 'consumptions' | 'restocks'>): DomainEvent
}

function refusal(why: 'reused' | 'exceeds') {
  if (why === 'reused') return errors.idempotencyKeyReused({ detail: 'this id came with other lines before' })
  return errors.conflict({ detail: 'more than there is of a SKU' })
}

/**
 * Adds moves to a reservation, in one write with the answer, and then to the stock. Moves that are known change nothing, and
 * are answered again with all that the reservation knows.
 * @throws idempotency-key-reused, conflict (more than there is, impossible state), overloaded; refused unless allocated
 */
export async function moveStock(
  core: ReservationCore,
  plan: MovePlan,
  orderId: string,
  asked: readonly Move[],
): Promise<Outcome> {
  const { reservations, clock, limits, alerts } = core
  const wanted = asked.map(({ id, lines }) => ({ id, lines: aggregateLines(lines) }))
  for (;;) {
    const existing = await soundReservation(core, orderId)
    if (existing?.status !== 'allocated' && existing?.status !== 'consumed') {
      alerts.raise(plan.alert, orderId)
      return { reservation: existing, isNew: false, isRefused: true }
    }
    const decision = plan.decide(existing, wanted)
    if (decision.kind === 'refused') {
      alerts.raise(plan.alert, orderId)
      throw refusal(decision.why)
    }
    if (decision.kind === 'repeat') {
      await followMoves(core, existing)
      return { reservation: existing, isNew: false, isRefused: false, repeated: plan.answer(existing) }
    }
    const now = clock.now()
    const change = plan.change(existing, decision.all)
    const answer = plan.answer({ ...existing, ...change, version: existing.version + 1 })
    const nextAttemptAt = now + backoffMs(orderId, 0, limits)
    const moved = await reservations.amend(existing, { ...change, nextAttemptAt }, [answer], now)
    if (!moved) continue
    await followMoves(core, moved, existing)
    return { reservation: moved, isNew: true, isRefused: false }
  }
}
