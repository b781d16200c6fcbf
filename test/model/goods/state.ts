/** Units ordered, all of one SKU and all the shop has. Two are the least that can be shipped in parts. */
export const ordered = 2

export type Status = 'authorised' | 'confirmed' | 'shipped' | 'completed' | 'freeing' | 'refunding' | 'cancelled'
export type ShipmentState = 'requested' | 'consumed' | 'delivered'

/** A refund that brings one unit back; `of` is the return it pays, if any. Its money is the model of `money/`. */
export interface Restock {
  readonly of: number | undefined
  readonly state: 'requested' | 'done'
}

export interface Goods {
  readonly status: Status
  readonly isCaptured: boolean
  /** One unit each. */
  readonly shipments: readonly ShipmentState[]
  readonly restocks: readonly Restock[]
  /** Units that customers said they send back, one return each. */
  readonly returns: number
  readonly reservation: 'held' | 'allocated' | 'consumed' | 'released'
  /** Shipments and refunds that the reservation knows, as bits. */
  readonly consumptions: number
  readonly restocked: number
  readonly available: number
  readonly reserved: number
  /** Units that left and came back, as the ledger counts. */
  readonly left: number
  readonly back: number
  /** Somebody was told to look although no rule was broken, or because one was. */
  readonly alarm: string
  readonly net: number
}

/** Paid, with an Allocate and a notice of an overdue hold under way. */
export const opening = (net: number): Goods => ({
  status: 'authorised',
  isCaptured: false,
  shipments: [],
  restocks: [],
  returns: 0,
  reservation: 'held',
  consumptions: 0,
  restocked: 0,
  available: 0,
  reserved: ordered,
  left: 0,
  back: 0,
  alarm: '',
  net,
})

export function keyOf(goods: Goods): string {
  const { shipments, restocks, ...rest } = goods
  const back = restocks.map(({ of, state }) => `${of ?? ''}${state[0]}`)
  return [...Object.values(rest), shipments.map((state) => state[0]).join(''), back].join()
}
