import type { Books, MemoryReservation, MemoryStock } from './books.ts'
import { isPaid } from './order-rules.ts'
import type { World } from './world.ts'

const steps = new Set(['reserving>held', 'held>allocated', 'allocated>consumed', 'reserving>released', 'held>released'])
/** Only an order that was confirmed and is being cancelled gives allocated stock back (docs/adr/0012). */
const freeing = new Set(['freeing', 'refunding', 'cancelled'])

/** I1, S1–S3, S7 after every write of a SKU's document. */
export function checkStockWrite(world: World, sku: string, before: MemoryStock | undefined, after: MemoryStock): void {
  const { onHand, available, reserved, entries } = after
  const about = () => `${sku}: on hand ${onHand}, available ${available}, reserved ${reserved}`
  world.require(available >= 0 && reserved >= 0, 'I1', about)
  world.require(onHand === available + reserved, 'I1', about)
  let active = 0
  for (const entry of entries) if (entry.s === 'A') active += entry.qty
  world.require(active === reserved, 'I1', () => `${about()}, active entries ${active}`)
  if (!before || before.entries === entries) return
  world.require(after.watermark >= before.watermark, 'R7', () => `${sku}: the watermark went down`)
  for (const was of before.entries) {
    const is = entries.find(({ rid }) => rid === was.rid)
    if (is === was) continue
    if (!is) world.require(was.s !== 'A', 'S7', () => `${sku}: the active entry of ${was.rid} vanished`)
    else world.require(was.s === 'A', 'S7', () => `${sku}: the entry of ${was.rid} was ${was.s} and is ${is.s}`)
  }
  for (let i = 1; i < entries.length; i++)
    for (let k = 0; k < i; k++)
      world.require(entries[i]!.rid !== entries[k]!.rid, 'S7', () => `${sku}: two entries of ${entries[i]!.rid}`)
}

/** What must hold after every write of a reservation. */
export function checkReservationWrite(
  world: World,
  books: Books,
  before: MemoryReservation | undefined,
  after: MemoryReservation,
): void {
  const { _id, status } = after
  const order = books.orders.all.get(_id)
  if (before) {
    world.require(
      before.epoch === after.epoch && before.lines === after.lines,
      'S11',
      () => `${_id}: other lines or epoch`,
    )
    if (before.status === status) return
    const step = `${before.status}>${status}`
    const isFreed = step === 'allocated>released' && freeing.has(order?.status ?? '')
    world.require(
      steps.has(step) || isFreed,
      before.status === 'allocated' ? 'I6' : 'S7',
      () => `reservation ${_id}: ${step} while its order is ${order?.status}`,
    )
    world.require(after.version === before.version + 1, 'R8', () => `reservation ${_id}: version ${after.version}`)
  }
  if (status === 'released')
    world.require(
      !isPaid(order?.status ?? ''),
      'I6',
      () => `reservation ${_id} is released while its order is ${order?.status}`,
    )
  if (status === 'allocated') checkAllocated(world, books)
}

/** I2: no more is allocated and consumed than was received and came back. */
function checkAllocated(world: World, { reservations, received }: Books): void {
  const sums = new Map<string, number>()
  const add = (sku: string, quantity: number) => void sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  for (const { status, lines, restocks = [] } of reservations.values()) {
    if (status === 'allocated' || status === 'consumed') for (const { sku, quantity } of lines) add(sku, quantity)
    for (const back of restocks) for (const { sku, quantity } of back.lines) add(sku, -quantity)
  }
  for (const [sku, sum] of sums)
    world.require(
      sum <= (received.get(sku) ?? 0),
      'I2',
      () => `${sku}: ${sum} promised, ${received.get(sku) ?? 0} received`,
    )
}
