import { errors, type ReservedLine, type Shortage } from '@toko/contracts'
import { answerToReserve } from '../domain/answers.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import type { Offer } from '../ports.ts'
import type { StockStore } from '../store/stock-store.ts'
import { closeEntries } from './close-entries.ts'
import { rejectReservation } from './reject-reservation.ts'
import type { ReservationCore } from './reservation-core.ts'

/** Lines with price and words, or undefined when a SKU can't be sold in this currency. */
export function priceLines(
  { lines, currency }: Pick<StoredReservation, 'lines' | 'currency'>,
  offers: ReadonlyMap<string, Offer>,
): ReservedLine[] | undefined {
  const priced = lines.flatMap(({ sku, quantity }): ReservedLine[] => {
    const offer = offers.get(sku)
    if (!offer || offer.currency !== currency) return []
    const { unitPriceMinor, productId, title, options, image } = offer
    return [{ sku, quantity, unitPriceMinor, productId, title, options: { ...options }, image }]
  })
  return priced.length === lines.length ? priced : undefined
}

/** Lines of which too little is free. */
export function shortagesOf(
  lines: StoredReservation['lines'],
  peeked: Awaited<ReturnType<StockStore['peek']>>,
): Shortage[] {
  return lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: peeked.get(sku)?.available ?? 0 }))
    .filter(({ requested, available }) => available < requested)
}

/** Every line that could not be had, not only the first: the buyer corrects the cart once. */
async function allShortages(
  { stock }: ReservationCore,
  lines: StoredReservation['lines'],
  found: Shortage,
): Promise<Shortage[]> {
  const notTried = lines.filter(({ sku }) => sku > found.sku)
  return [found, ...shortagesOf(notTried, await stock.peek(notTried.map(({ sku }) => sku)))]
}

/**
 * Steps 4 to 6 for a reservation that is `reserving`: by the request, a repeat or a sweeper alike, several at once as well.
 * Returns how it stands afterwards. @throws overloaded when a SKU has too many entries; it stays reserving
 */
export async function continueReserving(
  core: ReservationCore,
  reservation: StoredReservation,
  offers: ReadonlyMap<string, Offer>,
): Promise<StoredReservation> {
  const { reservations, stock, clock, limits } = core
  const { _id: rid, epoch, lines } = reservation
  const current = async () => (await reservations.get(rid)) ?? reservation
  const priced = priceLines(reservation, offers)
  if (!priced) return (await rejectReservation(core, reservation, 'unavailable')) ?? current()
  for (const { sku, quantity } of lines) {
    const result = await stock.hold(sku, { rid, quantity, epoch }, clock.now())
    if (result.kind === 'held') continue
    if (result.kind === 'full')
      throw errors.overloaded({ detail: `${sku} has too many open reservations`, retryAfterSeconds: 1 })
    if (result.kind === 'short') {
      const shortages = await allShortages(core, lines, { sku, requested: quantity, available: result.available })
      return (await rejectReservation(core, reservation, 'insufficient-stock', shortages)) ?? current()
    }
    // closed: somebody released it meanwhile, and then this reject loses; too-old: its time is pruned.
    return (await rejectReservation(core, reservation, 'too-old')) ?? current()
  }
  const now = clock.now()
  const answer = answerToReserve({
    ...reservation,
    status: 'held',
    offers: priced,
    version: reservation.version + 1,
  })
  const held = await reservations.move(
    rid,
    ['reserving'],
    { status: 'held', offers: priced, nextAttemptAt: now + limits.heldLimitMs },
    answer ? [answer] : [],
    now,
  )
  if (held) return held
  const decided = await current()
  // Step 5: released by somebody while this one took stock; what it took goes back.
  if (decided.status === 'released') await closeEntries(core, decided)
  return decided
}
