import type { ReservationCore } from './reservation-core.ts'

/** Keep: the order service answered an overdue notice; the next one waits for a whole repeat. */
export async function keepReservation(
  { reservations, clock, limits }: ReservationCore,
  orderId: string,
): Promise<void> {
  const now = clock.now()
  await reservations.postpone(orderId, now + limits.overdueRepeatMs, now)
}
