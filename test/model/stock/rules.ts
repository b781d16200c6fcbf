/** Single rules of the stock's writes that can be broken, each with the one it breaks. */
export const stockMutations = {
  naiveEntries: 'entries: removed on release and consumption, no tombstones',
  noTombstone: 'R6, step 7b: a release leaves no tombstone in the stock',
  freeThenTombstone: 'step 7b: frees first and writes the tombstone second',
  rejectOnlyDecides: 'step 6: a rejection after the first hold skips 7b',
  blindHeld: 'step 5: reserving → held without comparing the status',
  blindSettle: 'R9: the end of the work is noted without comparing the version',
  settlesFirst: 'R9: the end of the work is noted before it',
  stockFirst: 'consume: the stock is written before the reservation decided',
  consumesTwice: 'S11: a consumption is not remembered by its shipment id',
  restocksTwice: 'S11: a restock is not remembered by its refund id',
  overConsumes: 'consume: Σ is not compared with the lines',
  freedIgnoresConsumed: 'S7: order_freed does not look at consumptions',
  restocksUnconsumed: 'restock: Σ is not compared with what left',
  freedAcceptsHeld: 'order_freed also ends a hold',
} as const
export type StockMutation = keyof typeof stockMutations
export type Broken = ReadonlySet<StockMutation>

/** Quantity per SKU of the reservation, of its shipments (the third is one too many) and of the refunds that bring goods back. */
export const lines = [2, 1] as const
export const shipments = [
  [1, 1],
  [1, 0],
  [1, 0],
] as const
export const refunds = [
  [1, 1],
  [1, 0],
] as const
