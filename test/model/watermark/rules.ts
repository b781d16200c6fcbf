/** Single rules of pruning and of "not applied yet" that can be broken, each with the one it breaks. */
export const watermarkMutations = {
  noWatermark: 'R7: pruning removes entries and does not raise the watermark',
  restockAsEntry: 'S11: a restock is remembered by an entry that is pruned, with the watermark against late writes',
  anySeq: 'S11: a restock does not compare the number of the last movement',
  ledgerFirst: 'S11: a restock looks into the ledger before it looks at the movements that wait',
  consumesTwice: 'S11: an entry does not remember its shipments',
} as const
export type WatermarkMutation = keyof typeof watermarkMutations

export interface Rules {
  readonly reservations: number
  /** Units in stock at first. */
  readonly stock: number
  /** Units per reservation; each leaves with a shipment of its own. */
  readonly quantity: 1 | 2
  /** Also a refund that brings one unit back, for the first so many reservations. */
  readonly restocks: number
  readonly broken: ReadonlySet<WatermarkMutation>
}

/** Epochs in the order of the reservations; that of a restock is later than its own reservation's and earlier than the next. */
export const epochOf = (index: number) => 2 * (index + 1)
export const restockEpochOf = (index: number) => epochOf(index) + 1
