import type { RequestedLine } from './lines.ts'
import { areAllConsumed, isWithin, type Move, unitsOf } from './moves.ts'
import type { StoredReservation } from './reservation.ts'
import type { StockState } from './stock.ts'

/*
 * Whether a document can be right at all. Our own writes can't lead to what is found here: a hand did, a restored dump or a
 * fault of another version. The values may have any type, whatever TypeScript says. `…ShapeFault`: it can't even be read;
 * `…Fault`: it contradicts itself. Both answer why, or undefined for a sound one.
 */

type Claim = readonly [why: string, isTrue: boolean]
const firstFalse = (claims: readonly Claim[]) => claims.find(([, isTrue]) => !isTrue)?.[0]

const isCount = (value: unknown, least = 0) => Number.isSafeInteger(value) && (value as number) >= least
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const areAll = (value: unknown, is: (item: Record<string, unknown>) => boolean): boolean =>
  Array.isArray(value) && value.every((item) => isObject(item) && is(item))
const areUnique = (values: readonly string[]) => new Set(values).size === values.length

const areLines = (value: unknown): value is readonly RequestedLine[] =>
  areAll(value, ({ sku, quantity }) => typeof sku === 'string' && isCount(quantity, 1)) &&
  areUnique((value as RequestedLine[]).map(({ sku }) => sku))
const areMoves = (value: unknown): value is readonly Move[] | undefined =>
  value === undefined ||
  (areAll(value, ({ id, lines }) => typeof id === 'string' && areLines(lines)) &&
    areUnique((value as Move[]).map(({ id }) => id)))

const statuses: readonly string[] = ['reserving', 'held', 'allocated', 'consumed', 'released']

export function reservationShapeFault(reservation: StoredReservation): string | undefined {
  const { status, rev, version, attempts, epoch, createdAt, lines, offers, outbox, consumptions, restocks } =
    reservation
  return firstFalse([
    ['unknown status', statuses.includes(status)],
    ['revision is not a count', isCount(rev, 1)],
    ['version is not a count', isCount(version, 1)],
    ['attempts are not a count', isCount(attempts)],
    ['epoch is not a time', Number.isFinite(epoch)],
    ['creation is not a time', createdAt instanceof Date && Number.isFinite(createdAt.getTime())],
    ['outbox is not a list of messages', areAll(outbox, ({ type }) => typeof type === 'string')],
    ['lines are not one per SKU', areLines(lines)],
    ['priced lines are not one per SKU', areLines(offers)],
    ['shipments are not a list of lines', areMoves(consumptions)],
    ['returns are not a list of lines', areMoves(restocks)],
  ])
}

export function reservationFault(reservation: StoredReservation): string | undefined {
  const malformed = reservationShapeFault(reservation)
  if (malformed) return malformed
  const { status, reason, lines, offers, currency, bodyHash, consumptions = [], restocks = [] } = reservation
  const [ordered, priced] = [unitsOf([{ lines }]), unitsOf([{ lines: offers }])]
  const isPriced = isWithin(ordered, priced) && isWithin(priced, ordered)
  const consumed = unitsOf(consumptions)
  const isReleased = status === 'released'
  const isPaid = status === 'allocated' || status === 'consumed'
  return firstFalse([
    ['released without a reason', !isReleased || typeof reason === 'string'],
    ['open without lines', isReleased || (lines.length > 0 && currency !== undefined && bodyHash !== undefined)],
    ['holds other lines than it has prices of', isReleased || status === 'reserving' || isPriced],
    ['shipped without being allocated', isPaid || consumptions.length === 0],
    ['more was shipped than ordered', isWithin(consumed, ordered)],
    [
      'consumed is not the same as all shipped',
      !isPaid || (status === 'consumed') === areAllConsumed({ lines }, consumptions),
    ],
    ['more came back than was shipped', isWithin(unitsOf(restocks), consumed)],
  ])
}

export function stockShapeFault({ onHand, available, reserved, watermark, entries, seq, rev, pending }: StockState) {
  return firstFalse([
    ['quantities are not whole numbers', [onHand, available, reserved].every(Number.isSafeInteger)],
    ['revision or number of movements is not a count', isCount(rev, 1) && isCount(seq)],
    ['watermark is not a time', Number.isFinite(watermark)],
    [
      'entries are not a list of entries',
      areAll(
        entries,
        ({ rid, qty, s, epoch, at }) =>
          typeof rid === 'string' &&
          isCount(qty) &&
          ['A', 'R', 'C'].includes(s as string) &&
          Number.isFinite(epoch) &&
          Number.isFinite(at),
      ),
    ],
    [
      'waiting movements are not a list of movements',
      areAll(
        pending,
        (movement) =>
          isCount(movement['seq'], 1) &&
          Number.isSafeInteger(movement['delta']) &&
          typeof movement['id'] === 'string' &&
          typeof movement['key'] === 'string',
      ),
    ],
  ])
}

export function stockFault(stock: StockState): string | undefined {
  const malformed = stockShapeFault(stock)
  if (malformed) return malformed
  const { onHand, available, reserved, entries, seq, pending } = stock
  const active = entries.filter(({ s }) => s === 'A')
  const sum = active.reduce((total, { qty }) => total + qty, 0)
  return firstFalse([
    ['less than nothing', available >= 0 && reserved >= 0],
    ['on hand is not available and reserved', onHand === available + reserved],
    ['reserved is not the sum of active entries', reserved === sum && active.every(({ qty }) => qty > 0)],
    ['a reservation has two entries', areUnique(entries.map(({ rid }) => rid))],
    [
      'waiting movements are not the last ones',
      pending.every((movement, i) => movement.seq === seq - pending.length + 1 + i),
    ],
    ['the last movement has another quantity on hand', pending.length === 0 || pending.at(-1)!.onHand === onHand],
  ])
}
