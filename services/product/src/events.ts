import { newId, orderEvents, ProblemError } from '@toko/contracts'
import { type Bus, type EventHandler, onEvent } from '@toko/messaging'
import { allocate } from './features/allocate.ts'
import { keepReservation } from './features/keep-reservation.ts'
import { release } from './features/release.ts'
import type { Outcome, ReservationCore } from './features/reservation-core.ts'
import { reserve } from './features/reserve.ts'

/**
 * The order's commands. They decide by the reservation's state (R5): a transition carries its answer in its own write, a
 * repeat says the answer again before the message is acknowledged.
 */
export function productEventHandlers(core: ReservationCore, bus: Pick<Bus, 'publish'>): EventHandler[] {
  async function answer(outcome: Outcome, causationId: string): Promise<void> {
    if (!outcome.repeated) return
    const { definition, subject, version, data } = outcome.repeated
    await bus.publish({
      id: newId('evt'),
      source: definition.source,
      type: definition.type,
      subject,
      ...(version === undefined ? {} : { version }),
      time: new Date(core.clock.now()).toISOString(),
      causationId,
      data,
    })
  }
  return [
    onEvent(orderEvents.placed, 'reserve', async ({ orderId, request }, { id }) => {
      try {
        await answer(await reserve(core, orderId, request), id)
      } catch (error) {
        // Other lines under the same order never become right by a retry; the alert is raised.
        if (error instanceof ProblemError && error.status === 422) return
        throw error
      }
    }),
    // A refused release is logged by its alert and acknowledged: it would be refused again.
    onEvent(orderEvents.cancelling, 'release', async ({ orderId }, { id }) => answer(await release(core, orderId), id)),
    onEvent(orderEvents.authorised, 'allocate', async ({ orderId }, { id }) =>
      answer(await allocate(core, orderId), id),
    ),
    onEvent(orderEvents.reservationKept, 'keep', ({ orderId }) => keepReservation(core, orderId)),
  ]
}
