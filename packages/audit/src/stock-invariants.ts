import { type Index, quantities } from './books.ts'
import { check, type Finding } from './finding.ts'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const linesOf = ({ reservations }: Index, ...statuses: string[]) =>
  quantities(reservations.filter(({ status }) => statuses.includes(status)).flatMap(({ lines }) => lines))

/** I1: the numbers of each SKU fit each other. */
export function stockAddsUp({ stock }: Index): Finding {
  return check('I1', 'stock ≥ 0, on hand = available + reserved, reserved = holds', stock, (item) => {
    const { sku, onHand, available, reserved, entries } = item
    const held = sum(entries.filter(({ state }) => state === 'A').map(({ quantity }) => quantity))
    return [
      (available < 0 || reserved < 0) && `${sku}: available ${available}, reserved ${reserved}`,
      onHand !== available + reserved && `${sku}: on hand ${onHand} ≠ ${available} + ${reserved}`,
      reserved !== held && `${sku}: reserved ${reserved}, but its active holds sum up to ${held}`,
    ]
  })
}

/** I2: nothing is promised that never came in. The ledger is net of what was shipped, so consumed lines left both sides. */
export function nothingOversold(books: Index): Finding {
  const allocated = linesOf(books, 'allocated')
  const known = new Set(books.stock.map(({ sku }) => sku))
  const finding = check('I2', 'allocated per SKU ≤ received', books.stock, (item) => {
    const supply = item.pending > 0 ? item.onHand : item.received
    const promised = allocated.get(item.sku) ?? 0
    return [promised > supply && `${item.sku}: ${promised} allocated, ${supply} received`]
  })
  const unknown = [...allocated.keys()].filter((sku) => !known.has(sku))
  return { ...finding, violations: [...finding.violations, ...unknown.map((sku) => `${sku}: allocated without stock`)] }
}

/** I13: at rest received = available + held + allocated, and the ledger is whole. */
export function stockConserved(books: Index): Finding {
  const promised = linesOf(books, 'held', 'allocated')
  const finding = check('I13', 'stock conserved: received = available + held + allocated', books.stock, (item) => {
    const { sku, available, onHand, received, movements, lastSeq, seq, pending } = item
    const kept = promised.get(sku) ?? 0
    return [
      !books.movingSkus.has(sku) &&
        pending === 0 &&
        received !== available + kept &&
        `${sku}: received ${received} ≠ available ${available} + ${kept} held or allocated`,
      pending === 0 && received !== onHand && `${sku}: ledger sums up to ${received}, on hand ${onHand}`,
      movements !== lastSeq && `${sku}: ${movements} movements, the last is number ${lastSeq}: one is missing`,
      pending === 0 && lastSeq !== seq && `${sku}: stock counts ${seq} movements, the ledger ${lastSeq}`,
    ]
  })
  const { size } = books.movingSkus
  return size > 0 ? { ...finding, note: `${size} SKUs were moving while the books were read` } : finding
}
