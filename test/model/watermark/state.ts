import type { Rules } from './rules.ts'

export interface Restock {
  readonly isDecided: boolean
  /** Where its movement is: in the stock document at first, in the ledger for ever. */
  readonly movement: 'none' | 'waiting' | 'ledger'
  /** Numbers of the last movement at which some worker saw no waiting movement of it; and then none in the ledger either. */
  readonly notWaiting: number
  readonly notFound: number
  /** Only where entries stand for restocks. */
  readonly hasEntry: boolean
  readonly times: number
}

export interface Reservation {
  readonly status: 'absent' | 'reserving' | 'held' | 'allocated' | 'consumed' | 'released'
  /** Some worker saw it so, and may write what follows from it at any later time. */
  readonly wasReserving: boolean
  readonly wasReleased: boolean
  /** Shipments the reservation decided on, and those its entry remembers, as bits. */
  readonly consumptions: number
  readonly applied: number
  readonly entry: '-' | 'A' | 'R' | 'C'
  readonly rest: number
  /** Units that left, for each shipment. */
  readonly times: readonly number[]
  readonly restock: Restock
}

export interface Stock {
  readonly available: number
  readonly reserved: number
  readonly onHand: number
  readonly watermark: number
  /** Number of the last movement. */
  readonly seq: number
  readonly all: readonly Reservation[]
}

export function opening({ reservations, stock, quantity }: Rules): Stock {
  const restock: Restock = {
    isDecided: false,
    movement: 'none',
    notWaiting: 0,
    notFound: 0,
    hasEntry: false,
    times: 0,
  }
  const reservation: Reservation = {
    status: 'absent',
    wasReserving: false,
    wasReleased: false,
    consumptions: 0,
    applied: 0,
    entry: '-',
    rest: 0,
    times: Array.from({ length: quantity }, () => 0),
    restock,
  }
  const all = Array.from({ length: reservations }, () => reservation)
  return { available: stock, reserved: 0, onHand: stock, watermark: 0, seq: 0, all }
}

const flag = Number

export const keyOf = ({ available, reserved, onHand, watermark, seq, all }: Stock): string =>
  [
    [available, reserved, onHand, watermark, seq].join(),
    ...all.map(({ status, wasReserving, wasReleased, consumptions, applied, entry, rest, times, restock }) => {
      const { isDecided, movement, notWaiting, notFound, hasEntry } = restock
      const back = [flag(isDecided), movement, notWaiting, notFound, flag(hasEntry), restock.times]
      return [status, flag(wasReserving), flag(wasReleased), consumptions, applied, entry, rest, times, back].join()
    }),
  ].join(';')
