import { lines } from './rules.ts'

/** One stock document: what it holds for everybody, and this reservation's entry. */
export interface Sku {
  readonly onHand: number
  readonly available: number
  readonly reserved: number
  readonly entry: '-' | 'A' | 'R' | 'C'
  /** Units that the entry still holds. */
  readonly rest: number
  /** Shipments that left and refunds that came back, as bits; and how many units that were. */
  readonly shipped: number
  readonly restocked: number
  readonly left: number
  readonly back: number
}

export interface Reservation {
  readonly status: 'absent' | 'reserving' | 'held' | 'allocated' | 'consumed' | 'released'
  readonly consumptions: number
  readonly restocks: number
  /** +1 with every decision. */
  readonly version: number
  /** A sweeper looks at it. */
  readonly isDue: boolean
}

/** A process in the middle of something. It may sleep for ever, and it may die. */
export type Worker =
  | { readonly does: 'reserve'; readonly sku: number; readonly rejects: boolean }
  | {
      readonly does: 'follow'
      /** The reservation as it was read. */
      readonly seen: Reservation
      readonly task: number
      readonly stage: 'first' | 'second' | 'third'
      readonly wasHeld: boolean
      /** Only where the stock is written first: the shipment to be decided afterwards. */
      readonly decides?: number
    }

export interface Books {
  readonly reservation: Reservation
  readonly skus: readonly Sku[]
  /** Units of the first SKU that another buyer holds. */
  readonly other: number
  readonly workers: readonly Worker[]
}

const shelf = (units: number): Sku => ({
  onHand: units,
  available: units,
  reserved: 0,
  entry: '-',
  rest: 0,
  shipped: 0,
  restocked: 0,
  left: 0,
  back: 0,
})

export const opening: Books = {
  reservation: { status: 'absent', consumptions: 0, restocks: 0, version: 0, isDue: false },
  skus: lines.map(shelf),
  other: 0,
  workers: [],
}

const flat = (value: object): string =>
  Object.values(value)
    .map((field: unknown) => (typeof field === 'object' && field !== null ? flat(field) : String(field as number)))
    .join()

/** Workers are interchangeable. */
export const keyOf = ({ reservation, skus, other, workers }: Books): string =>
  [flat(reservation), flat(skus), other, ...workers.map(flat).toSorted()].join(';')
