/** One SKU of an order; a reservation holds one line per SKU, sorted, so that all workers take stock in the same order. */
export interface RequestedLine {
  readonly sku: string
  readonly quantity: number
}

/** Lines with one SKU count as their sum (S9); sorted so that two orders never wait for each other in a circle. */
export function aggregateLines(lines: readonly RequestedLine[]): RequestedLine[] {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return [...sums].map(([sku, quantity]) => ({ sku, quantity })).toSorted((a, b) => (a.sku < b.sku ? -1 : 1))
}
