import { forecastEvents, newId, orderEvents, ProblemError } from '@toko/contracts'
import { type Bus, type EventHandler, onEvent } from '@toko/messaging'
import { allocate } from './features/allocate.ts'
import { consume } from './features/consume.ts'
import { free } from './features/free.ts'
import { keepReservation } from './features/keep-reservation.ts'
import { release } from './features/release.ts'
import type { Outcome, ReservationCore } from './features/reservation-core.ts'
import { reserve } from './features/reserve.ts'
import { restock } from './features/restock.ts'
import type { StockNotices } from './ports.ts'

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
  /** A refusal is told by its alert and acknowledged: the same message would be refused again. */
  async function answerTo(causationId: string, command: () => Promise<Outcome>): Promise<void> {
    try {
      await answer(await command(), causationId)
    } catch (error) {
      if (!(error instanceof ProblemError) || (error.status !== 409 && error.status !== 422)) throw error
    }
  }
  return [
    onEvent(orderEvents.placed, 'reserve', ({ orderId, request }, { id }) =>
      answerTo(id, () => reserve(core, orderId, request)),
    ),
    onEvent(orderEvents.cancelling, 'release', ({ orderId }, { id }) => answerTo(id, () => release(core, orderId))),
    onEvent(orderEvents.authorised, 'allocate', ({ orderId }, { id }) => answerTo(id, () => allocate(core, orderId))),
    onEvent(orderEvents.freed, 'free', ({ orderId }, { id }) => answerTo(id, () => free(core, orderId))),
    onEvent(orderEvents.shipped, 'consume', ({ orderId, shipments = [] }, { id }) =>
      answerTo(id, () => consume(core, orderId, shipments)),
    ),
    onEvent(orderEvents.returned, 'restock', ({ orderId, shipments = [], restocks = [] }, { id }) =>
      answerTo(id, async () => {
        // A return that overtook its shipment brings it along: the message has the order's full state (R8).
        const shipped = shipments.length > 0 ? await consume(core, orderId, shipments) : undefined
        return shipped?.isRefused ? shipped : restock(core, orderId, restocks)
      }),
    ),
    onEvent(orderEvents.reservationKept, 'keep', ({ orderId }) => keepReservation(core, orderId)),
  ]
}

/** What a forecast service tells that runs beside the shop. Without one nothing comes. */
export const forecastEventHandlers = (notices: StockNotices): EventHandler[] => [
  onEvent(forecastEvents.runningLow, 'note_running_low', async (notice) => notices.runningLow(notice)),
]
