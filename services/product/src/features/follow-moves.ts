import { createHash } from 'node:crypto'
import { errors } from '@toko/contracts'
import type { RequestedLine } from '../domain/lines.ts'
import type { Movement } from '../domain/movement.ts'
import type { Move } from '../domain/moves.ts'
import type { StoredReservation } from '../domain/reservation.ts'
import type { MoveBasis } from '../domain/stock.ts'
import { parkReservation } from './park.ts'
import type { ReservationCore } from './reservation-core.ts'

/** The reservation and the stock contradict each other: no repeat will ever mend it. */
class ImpossibleError extends Error {}

type MoveKind = 'shipment' | 'return'

/** Other movements of the SKU may be faster this often. */
const maxRounds = 20
const actor = 'order-service'

/** The same id for the same move of the same SKU, whoever makes it (R1). */
const movementId = (moveId: string, sku: string) =>
  `mov_${createHash('sha256').update(`${moveId} ${sku}`).digest('hex').slice(0, 32)}`

async function write(
  { stock, limits }: ReservationCore,
  kind: MoveKind,
  sku: string,
  quantity: number,
  { entry }: MoveBasis,
  movement: Movement,
): Promise<boolean> {
  if (kind === 'return') return stock.putBack(sku, movement)
  if (entry?.s !== 'A' || entry.qty < quantity) throw new ImpossibleError(`${sku} holds too little of what was shipped`)
  return stock.ship(sku, entry, movement, movement.at + limits.entryRetentionMs)
}

/**
 * One SKU of a move, once per id at any later time: a movement with its key is in the stock document read first, in the
 * ledger read after it, or makes the number of the write wrong.
 */
async function followLine(
  core: ReservationCore,
  kind: MoveKind,
  { rid, moveId }: { readonly rid: string; readonly moveId: string },
  { sku, quantity }: RequestedLine,
): Promise<void> {
  const delta = kind === 'return' ? quantity : -quantity
  const key = `${actor} ${moveId}`
  for (let round = 0; round < maxRounds; round++) {
    const basis = await core.stock.moveBasis(sku, rid, key)
    if (!basis) throw new ImpossibleError(`${sku} has no stock`)
    if (basis.isMade) return
    const movement: Movement = {
      id: movementId(moveId, sku),
      seq: basis.seq + 1,
      kind,
      delta,
      onHand: basis.onHand + delta,
      reason: `${kind} ${moveId}`,
      actor,
      key,
      bodyHash: `${rid} ${delta}`,
      at: core.clock.now(),
    }
    if (await write(core, kind, sku, quantity, basis, movement)) return
  }
  throw errors.overloaded({ retryAfterSeconds: 1 })
}

async function followAll(core: ReservationCore, rid: string, kind: MoveKind, moves: readonly Move[]): Promise<void> {
  for (const { id: moveId, lines } of moves)
    for (const line of lines) await followLine(core, kind, { rid, moveId }, line)
}

/**
 * Lets the stock documents follow what a reservation has decided: every shipment, then every return; repeatable.
 * A crash in between is finished by the sweeper. Where the stock contradicts the reservation, the reservation is parked.
 * @param before the reservation as it was before its last step: what the stock had followed then is not looked at again
 * @throws overloaded
 */
export async function followMoves(
  core: ReservationCore,
  reservation: StoredReservation,
  before?: StoredReservation,
): Promise<void> {
  if (reservation.nextAttemptAt === undefined) return
  const { _id: rid, version, consumptions = [], restocks = [] } = reservation
  const isFollowed = before !== undefined && before.nextAttemptAt === undefined && before.parked === undefined
  const skip = (moves: readonly Move[] | undefined) => (isFollowed ? (moves?.length ?? 0) : 0)
  try {
    await followAll(core, rid, 'shipment', consumptions.slice(skip(before?.consumptions)))
    await followAll(core, rid, 'return', restocks.slice(skip(before?.restocks)))
    await core.reservations.settle(rid, version, core.clock.now())
  } catch (error) {
    if (!(error instanceof ImpossibleError)) throw error
    await parkReservation(core, reservation, error.message)
  }
}
