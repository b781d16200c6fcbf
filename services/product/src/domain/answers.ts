import { type DomainEvent, happened, stockEvents } from '@toko/contracts'
import type { NewReservation } from './reservation.ts'

type Told = Pick<NewReservation, '_id' | 'version' | 'status' | 'reason' | 'shortages' | 'offers'>

/** The answer to a Reserve, derived from the state alone so that a repeat says the same again (R5). */
export function answerToReserve(reservation: Told): DomainEvent | undefined {
  const { _id: orderId, version, status, reason, shortages = [], offers } = reservation
  const about = { subject: orderId, version }
  if (status === 'reserving') return undefined
  if (status !== 'released') return happened(stockEvents.reserved, { ...about, data: { orderId, lines: [...offers] } })
  if (reason === 'order-ended' || reason === 'order-freed' || reason === undefined)
    return happened(stockEvents.released, { ...about, data: { orderId } })
  return happened(stockEvents.rejected, { ...about, data: { orderId, reason, shortages: [...shortages] } })
}

type About = Pick<NewReservation, '_id' | 'version'>
type Moved = About & Pick<NewReservation, 'consumptions' | 'restocks'>
const about = ({ _id: orderId, version }: About) => ({ subject: orderId, version, data: { orderId } })

export const releasedAnswer = (reservation: About): DomainEvent => happened(stockEvents.released, about(reservation))
export const allocatedAnswer = (reservation: About): DomainEvent => happened(stockEvents.allocated, about(reservation))
export const notAllocatedAnswer = (reservation: About): DomainEvent =>
  happened(stockEvents.notAllocated, about(reservation))
/** All ids that the reservation knows, not a difference. */
export const consumedAnswer = ({ _id: orderId, version, consumptions = [] }: Moved): DomainEvent =>
  happened(stockEvents.consumed, {
    subject: orderId,
    version,
    data: { orderId, shipmentIds: consumptions.map(({ id }) => id) },
  })
export const restockedAnswer = ({ _id: orderId, version, restocks = [] }: Moved): DomainEvent =>
  happened(stockEvents.restocked, {
    subject: orderId,
    version,
    data: { orderId, refundIds: restocks.map(({ id }) => id) },
  })
export const overdueNotice = (reservation: About): DomainEvent => happened(stockEvents.overdue, about(reservation))
