import type { AuditedReservation, AuditedStock } from '@toko/contracts'
import { consumedLines, type Index, isPromised, type Lines, quantities, sum } from './books.ts'
import { check, type Finding, withNote } from './finding.ts'

const linesOf = (reservations: readonly AuditedReservation[]): Lines => reservations.flatMap(({ lines }) => lines)

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

/** I2: nothing is promised that never came in; what left with shipments was promised too. */
export function nothingOversold(books: Index): Finding {
  const promised = books.reservations.filter(isPromised)
  const allocated = quantities(linesOf(promised))
  const consumed = quantities(promised.flatMap(consumedLines))
  const known = new Set(books.stock.map(({ sku }) => sku))
  const finding = check('I2', 'allocated and consumed per SKU ≤ received', books.stock, (item) => {
    if (books.covers) return []
    const { sku, received, onHand, pending } = item
    const all = allocated.get(sku) ?? 0
    const toShip = all - (consumed.get(sku) ?? 0)
    return [
      pending === 0 && all > received && `${sku}: ${all} allocated or consumed, ${received} received`,
      toShip > onHand && `${sku}: ${toShip} allocated and not shipped, ${onHand} on hand`,
    ]
  })
  const unknown = promised.flatMap(({ id, lines }) =>
    lines
      .filter(({ sku }) => !known.has(sku))
      .map(({ sku }) => `${id}: ${sku} is allocated, but there is no such stock`),
  )
  return { ...finding, violations: [...finding.violations, ...unknown] }
}

/** Sums over the reservations of the whole shop, by SKU. */
function promises({ reservations }: Index) {
  const open = reservations.filter((each) => each.status === 'held' || isPromised(each))
  return { kept: quantities(linesOf(open)), consumed: quantities(reservations.flatMap(consumedLines)) }
}

function sumsOfShop({ sku, available, onHand, shipped }: AuditedStock, sums: ReturnType<typeof promises>) {
  const gone = sums.consumed.get(sku) ?? 0
  const kept = (sums.kept.get(sku) ?? 0) - gone
  return [
    onHand !== available + kept && `${sku}: on hand ${onHand} ≠ available ${available} + ${kept} held or allocated`,
    shipped !== gone && `${sku}: ${shipped} shipped, but reservations consumed ${gone}`,
  ]
}

/** I13: nothing appears, nothing is lost. The ledger's received counts adjustments and returns. */
export function stockConserved(books: Index): Finding {
  const sums = promises(books)
  const comparable = books.stock.filter(({ sku, pending }) => pending === 0 && !books.movingSkus.has(sku))
  const finding = check('I13', 'received = on hand + shipped, on hand = available + promised', comparable, (item) => {
    const { sku, onHand, received, shipped } = item
    return [
      received !== onHand + shipped && `${sku}: received ${received} ≠ on hand ${onHand} + shipped ${shipped}`,
      ...(books.covers ? [] : sumsOfShop(item, sums)),
    ]
  })
  const moving = books.stock.length - comparable.length
  return withNote(finding, [moving > 0 && `${moving} SKUs were moving while the books were read`])
}

/** S4: every movement is in the ledger, once. */
export function ledgerIsWhole({ stock, movingSkus }: Index): Finding {
  return check('S4', 'the ledger has every movement, numbered without gap', stock, (item) => {
    const { sku, movements, lastSeq, seq, pending } = item
    return [
      movements !== lastSeq && `${sku}: ${movements} movements, the last is number ${lastSeq}: one is missing`,
      pending === 0 &&
        !movingSkus.has(sku) &&
        lastSeq !== seq &&
        `${sku}: stock counts ${seq} movements, the ledger ${lastSeq}`,
    ]
  })
}
