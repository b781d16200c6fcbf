/**
 * Pruning (R7): one SKU, several reservations with partial shipments and restocks; closed entries are forgotten while
 * workers that slept for any time replay any single-document write that ever followed from what they once saw.
 *
 * Abstract: workers are not counted; what some worker ever saw is remembered for ever, which allows any number of them, any
 * lateness and any number of repeats. One line per reservation; retention may be over at any moment. What a reservation was
 * inserted as released for is not looked at.
 */
import type { Model } from '../engine.ts'
import { restockSteps } from './restock-steps.ts'
import { epochOf, type Rules } from './rules.ts'
import { keyOf, opening, type Reservation, type Stock } from './state.ts'
import { decisionSteps, type Turn, writeSteps } from './steps.ts'

const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

function problemOf({ available, reserved, onHand, all }: Stock, { stock }: Rules): string | undefined {
  if (available < 0 || reserved < 0 || onHand < 0) return 'negative stock'
  if (onHand !== available + reserved) return 'on hand differs from available and reserved'
  if (all.some(({ times }) => total(times) > times.length)) return 'a reservation is consumed twice'
  if (all.some(({ times }) => times.some((count) => count > 1))) return 'a shipment is consumed twice'
  if (all.some(({ restock }) => restock.times > 1)) return 'a refund is restocked twice'
  if (reserved !== total(all.map(({ rest }) => rest))) return 'reserved differs from the active entries'
  const moved = total(all.map(({ times, restock }) => restock.times - total(times)))
  return onHand === stock + moved ? undefined : 'stock not conserved'
}

/** Final, and every decision was carried out once. */
function isDone({ status, entry, consumptions, times, restock }: Reservation): boolean {
  if (status !== 'released' && status !== 'consumed') return false
  const isOut = times.every((count, shipment) => count === ((consumptions & (1 << shipment)) === 0 ? 0 : 1))
  return entry !== 'A' && isOut && restock.times === Number(restock.isDecided)
}

export function watermark(given: Partial<Rules> = {}): Model<Stock> {
  const rules: Rules = { reservations: 2, stock: 2, quantity: 1, restocks: 0, broken: new Set(), ...given }
  return {
    initial: opening(rules),
    key: keyOf,
    next(stock, step) {
      stock.all.forEach((mine, index) => {
        const act: Turn['act'] = (label, change, shelf = {}) =>
          step(`${label} (${index})`, { ...stock, ...shelf, all: stock.all.with(index, { ...mine, ...change }) })
        const turn: Turn = { mine, stock, index, rules, act }
        decisionSteps(turn)
        writeSteps(turn)
        restockSteps(turn)
      })
    },
    problem: (stock) => problemOf(stock, rules),
    isEnd: ({ all }) => all.every(isDone),
    goals: {
      'all consumed and pruned': ({ all, watermark: mark }) =>
        mark >= epochOf(0) &&
        all.some(({ status, entry, times }) => status === 'consumed' && entry === '-' && times[0] === 1),
      ...(rules.restocks > 0
        ? { 'restocked after pruning': ({ all }) => all[0]!.restock.times === 1 && all[0]!.entry === '-' }
        : {}),
    },
  }
}
