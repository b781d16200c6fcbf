import { epochOf, type Rules } from './rules.ts'
import type { Reservation, Stock } from './state.ts'

export interface Turn {
  readonly mine: Reservation
  readonly stock: Stock
  readonly index: number
  readonly rules: Rules
  act(label: string, change: Partial<Reservation>, shelf?: Partial<Omit<Stock, 'all'>>): void
}

/** Decisions: compare-and-sets of the reservation. */
export function decisionSteps({ mine, rules: { quantity }, act }: Turn): void {
  const { status, entry, consumptions, restock } = mine
  if (status === 'absent') {
    act('insert as reserving', { status: 'reserving', wasReserving: true })
    act('insert as released', { status: 'released' })
  }
  if (status === 'reserving' && entry === 'A') act('held', { status: 'held' })
  if (status === 'held') act('allocate', { status: 'allocated' })
  const isFreeable = status === 'allocated' && consumptions === 0 && !restock.isDecided
  if (status === 'reserving' || status === 'held' || isFreeable)
    act(isFreeable ? 'free' : 'release', { status: 'released', wasReleased: true })
  if (status !== 'allocated') return
  for (let shipment = 0; shipment < quantity; shipment++) {
    const after = consumptions | (1 << shipment)
    if (after === consumptions) continue
    act(`ship ${shipment}`, { consumptions: after, ...(after === (1 << quantity) - 1 ? { status: 'consumed' } : {}) })
  }
}

/** Writes of the stock document by any worker that ever saw the status they follow from. */
export function writeSteps({ mine, stock, index, rules, act }: Turn): void {
  const { broken, quantity } = rules
  const { entry, rest, status, consumptions, applied, times } = mine
  const { available, reserved, onHand, watermark, seq } = stock
  const isAdmitted = broken.has('noWatermark') || watermark < epochOf(index)
  if (mine.wasReserving && entry === '-' && available >= quantity && isAdmitted)
    act(
      'hold',
      { entry: 'A', rest: quantity, applied: 0 },
      { available: available - quantity, reserved: reserved + quantity },
    )
  if (mine.wasReleased && entry === 'A')
    act('free the hold', { entry: 'R', rest: 0 }, { available: available + rest, reserved: reserved - rest })
  if (mine.wasReleased && entry === '-' && isAdmitted) act('tombstone', { entry: 'R' })
  for (let shipment = 0; shipment < quantity; shipment++) {
    const bit = 1 << shipment
    const isNew = (applied & bit) === 0 || broken.has('consumesTwice')
    if ((consumptions & bit) === 0 || entry !== 'A' || !isNew) continue
    act(
      `consume ${shipment}`,
      {
        rest: rest - 1,
        entry: rest === 1 ? 'C' : 'A',
        applied: applied | bit,
        times: times.with(shipment, Math.min(2, times[shipment]! + 1)),
      },
      { onHand: onHand - 1, reserved: reserved - 1, seq: seq + 1 },
    )
  }
  const isFinal = status === 'released' || status === 'consumed'
  if (isFinal && (entry === 'R' || entry === 'C'))
    act(
      'prune',
      { entry: '-', applied: 0 },
      broken.has('noWatermark') ? {} : { watermark: Math.max(watermark, epochOf(index)) },
    )
}
