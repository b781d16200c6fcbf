import type { MemoryOrder } from './books.ts'
import type { World } from './world.ts'

type Lines = readonly { readonly sku: string; readonly quantity: number }[]

/** Units per SKU of many lists of lines. */
function add(sums: Record<string, number>, lines: Lines): void {
  for (const { sku, quantity } of lines) sums[sku] = (sums[sku] ?? 0) + quantity
}

function isWithin(some: Readonly<Record<string, number>>, all: Readonly<Record<string, number>>): boolean {
  for (const sku in some) if (some[sku]! > (all[sku] ?? 0)) return false
  return true
}

/** What must hold of shipments, refunds and returns after every write of an order (docs/adr/0012; M1). */
export function checkActs(world: World, before: MemoryOrder, after: MemoryOrder): void {
  const { _id, status, request, shipments = [], refunds = [], returns = [] } = after
  if (before.status !== status && status === 'freeing')
    world.require(shipments.length === 0, 'ADR12-cancel', () => `${_id} is cancelled after a shipment`)
  const isSame =
    before.shipments === after.shipments && before.refunds === after.refunds && before.returns === after.returns
  if (isSame) return
  const captured = after.payments.at(-1)?.state === 'captured'
  if ((before.shipments?.length ?? 0) < shipments.length)
    world.require(captured, 'ADR12-ship', () => `${_id} is shipped before it is captured`)
  const [ordered, shipped, returned, restocked] = [{}, {}, {}, {}]
  add(ordered, request)
  for (const { lines } of shipments) add(shipped, lines)
  for (const { lines } of returns) add(returned, lines)
  for (const { restock, lines = [] } of refunds) if (restock) add(restocked, lines)
  world.require(isWithin(shipped, ordered), 'ADR12-ship', () => `${_id}: more is shipped than ordered`)
  world.require(isWithin(returned, shipped), 'ADR12-return', () => `${_id}: more comes back than was shipped`)
  world.require(isWithin(restocked, shipped), 'ADR12-restock', () => `${_id}: more is restocked than was shipped`)
  const owed = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const paid = captured ? after.totalMinor : 0
  world.require(owed <= paid, 'M1', () => `${_id}: refunds of ${owed}, captured ${paid}`)
  const ids = refunds.map(({ id }) => id)
  world.require(new Set(ids).size === ids.length, 'R12', () => `${_id}: two refunds of one key`)
  const named = refunds.flatMap(({ returnId }) => returnId ?? [])
  world.require(new Set(named).size === named.length, 'ADR12-refund', () => `${_id}: a return is paid twice`)
}
