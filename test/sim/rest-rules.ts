import type { MemoryOrder } from './books.ts'
import type { Operation } from './client.ts'
import { keysOf } from './money-rules.ts'
import type { Shop } from './shop.ts'
import { epochMs } from './world.ts'

const finals = new Set(['confirmed', 'shipped', 'completed', 'rejected', 'cancelled', 'expired'])
const sold = new Set(['confirmed', 'shipped', 'completed'])
/** Followers are told when an order gets here, and of these acts. */
const told = new Set(
  'pending cancelling authorised confirmed freeing completed rejected cancelled expired shipment refunded'.split(' '),
)

/** What must hold once all faults are over and nothing moves any more. */
export function checkAtRest(shop: Shop): void {
  checkClients(shop)
  for (const order of shop.db.orders.all.values()) {
    checkFinal(shop, order)
    checkGoods(shop, order)
    checkMoney(shop, order)
    checkTold(shop, order)
  }
  checkStock(shop)
  checkQueues(shop)
}

/** I8, I11, O2: what clients were told is what is there. */
function checkClients({ world, db, clients }: Shop): void {
  const answered = new Map<string, string>()
  for (const operation of clients.flatMap(({ history }) => history)) {
    const { kind, key, userId, outcome, order } = operation
    world.require(outcome !== undefined, 'O8', () => `${kind} ${key} never got an answer`)
    if (!order || kind !== 'place') continue
    const stored = db.orders.all.get(order._id)
    world.require(stored !== undefined, 'I8', () => `order ${order._id} was acknowledged and is lost`)
    const name = `${userId} ${key}`
    const earlier = answered.get(name) ?? order._id
    answered.set(name, order._id)
    world.require(earlier === order._id, 'I11', () => `one key was answered with ${earlier} and ${order._id}`)
    world.require(isOf(operation, stored), 'O2', () => `key ${key} was answered with another request's order`)
  }
}

const isOf = ({ body }: Operation, order: MemoryOrder | undefined) =>
  !order || (order.cartId === body?.cartId && order.expectedTotalMinor === body.expectedTotal.amount)

/** I8, O8: final, or waiting for its buyer within the time of the hold. */
function checkFinal({ world, clocks }: Shop, order: MemoryOrder): void {
  const waits = order.status === 'reserved' && !order.nextMethod && (order.holdEndsAt ?? 0) > clocks.order.now() - 5000
  world.require(finals.has(order.status) || waits, 'I8', () => `${order._id} is still ${order.status}`)
}

/** I9, S5, S10: goods are held for who is sold to, and for nobody else. */
function checkGoods({ world, db }: Shop, order: MemoryOrder): void {
  const { _id, status } = order
  const reservation = db.reservations.all.get(_id)
  const isTaken = reservation?.status === 'allocated' || reservation?.status === 'consumed'
  world.require(sold.has(status) === isTaken, 'I9', () => `${_id} is ${status}, its reservation ${reservation?.status}`)
  if (!finals.has(status) || sold.has(status)) return
  for (const [sku, { entries }] of db.stock.all)
    for (const { rid, s } of entries)
      world.require(rid !== _id || s !== 'A', 'I9', () => `${_id} is ${status} and holds ${sku}`)
}

/** I9, M2, M3, M4: captured once for who is sold to, nothing open for anybody else. */
function checkMoney({ world, db }: Shop, order: MemoryOrder): void {
  const { _id, status, payments } = order
  const ledger = keysOf(db.books, _id)
  const net = ledger.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0)
  const open = ledger.filter(({ state }) => state === 'approved' || state === 'processing')
  const captured = ledger.filter(({ capturedMinor }) => capturedMinor > 0)
  if (sold.has(status)) {
    world.require(
      captured.length === 1 && open.length === 0,
      'I9',
      () => `${_id} is ${status}, captured ${captured.length} times, open ${open.length}`,
    )
    for (const each of order.shipments ?? [])
      world.require(each.state === 'consumed', 'O8', () => `${_id}: shipment ${each.id} is still ${each.state}`)
    for (const each of order.refunds ?? [])
      world.require(
        each.state === 'succeeded' && each.restock !== 'requested',
        'O8',
        () => `${_id}: refund ${each.id} is ${each.state}, restock ${each.restock}`,
      )
    const own = payments.at(-1)
    world.require(own?.state === 'captured', 'M2', () => `${_id} is ${status}, its payment ${own?.state}`)
    const refunded = refundsOf(order)
    world.require(
      net === order.totalMinor - refunded,
      'M3',
      () => `${_id}: ${net} is with the provider, ${order.totalMinor} - ${refunded} in the order`,
    )
  } else if (finals.has(status)) {
    world.require(
      net === 0 && open.length === 0,
      'M4',
      () => `${_id} is ${status}, net ${net}, open ${open.map(({ key }) => key).join()}`,
    )
  }
  for (const { key, state } of payments) {
    const there = db.payments.all.get(key)?.state
    const isSame = state === there || (state === 'declined' && there === undefined) || !finals.has(status)
    world.require(isSame, 'M3', () => `${key} is ${state} in the order and ${there} with the provider`)
  }
}

const refundsOf = ({ refunds = [] }: MemoryOrder): number =>
  refunds.reduce((sum, { amountMinor, state }) => sum + (state === 'succeeded' ? amountMinor : 0), 0)

/** I12, O6: followers heard of every version that is announced. */
function checkTold({ world, profile, follower }: Shop, { _id, history, status }: MemoryOrder): void {
  if (!profile.hasFollower || !finals.has(status)) return
  const heard = follower.heard.get(_id)
  history.forEach(({ version, status: at, act }, i) => {
    const isEntered = history[i - 1]?.status !== at
    const isTold = (isEntered && told.has(at)) || told.has(act ?? '')
    world.require(
      !isTold || (heard?.has(version) ?? false),
      'I12',
      () => `nobody told the follower of ${_id} v${version} (${act ?? at})`,
    )
  })
}

/** I13, S4–S6. */
function checkStock(shop: Shop): void {
  const { world, db } = shop
  const { received } = db.books
  for (const [sku, { onHand, entries }] of db.stock.all) {
    const moved = sumOf(db.stock.ledger.get(sku) ?? [])
    const { shipped, returned } = movedBy(shop, sku)
    const expected = (received.get(sku) ?? 0) - shipped + returned
    world.require(
      onHand === expected,
      'I13',
      () => `${sku}: ${onHand} on hand, ${expected} by what orders shipped and returned`,
    )
    world.require(
      onHand === (received.get(sku) ?? 0) + moved,
      'S4',
      () => `${sku}: ${onHand} on hand, the ledger moved ${moved}`,
    )
    for (const { rid, s, qty } of entries) {
      const reservation = db.reservations.all.get(rid)
      const isHeld = reservation?.status === 'held' || reservation?.status === 'allocated'
      world.require(
        s !== 'A' || isHeld,
        'S5',
        () => `${sku}: an active entry of ${rid}, which is ${reservation?.status}`,
      )
      const line = reservation?.lines.find((each) => each.sku === sku)
      const left = (line?.quantity ?? 0) - quantityOf(reservation?.consumptions ?? [], sku)
      world.require(s !== 'A' || left === qty, 'S5', () => `${sku}: ${qty} held for ${rid}, to be shipped are ${left}`)
    }
  }
  for (const { _id, status, lines, consumptions = [] } of db.reservations.all.values()) {
    world.require(status !== 'reserving', 'S5', () => `${_id} is still reserving`)
    if (status === 'held' || status === 'allocated')
      for (const { sku, quantity } of lines) {
        if (quantityOf(consumptions, sku) === quantity) continue
        const has = db.stock.all.get(sku)?.entries.some(({ rid, s }) => rid === _id && s === 'A') ?? false
        world.require(has, 'S5', () => `${_id} is ${status} without an entry of ${sku}`)
      }
  }
}

/** I10: nothing waits to be published or worked on. */
function checkQueues({ world, db }: Shop): void {
  for (const outboxes of Object.values(db.outboxes))
    for (const id of outboxes.ids())
      world.violate(
        'I10',
        `${outboxes.collection} ${id} still has ${outboxes
          .waiting(id)
          .map(({ event }) => event.definition.type)
          .join()}`,
      )
  for (const { _id, dueAt } of db.inbox.all.values())
    world.require(dueAt === undefined, 'I10', () => `provider event ${_id} was never finished, due ${dueAt! - epochMs}`)
}

type Moves = readonly { readonly lines?: readonly { readonly sku: string; readonly quantity: number }[] }[]

const quantityOf = (moves: Moves, sku: string): number =>
  moves.reduce(
    (sum, { lines = [] }) => sum + lines.reduce((n, line) => n + (line.sku === sku ? line.quantity : 0), 0),
    0,
  )

const sumOf = (movements: readonly { readonly delta: number }[]) => movements.reduce((sum, { delta }) => sum + delta, 0)

/** Units of a SKU that orders say have left and come back. */
function movedBy({ db }: Shop, sku: string): { shipped: number; returned: number } {
  let [shipped, returned] = [0, 0]
  for (const { shipments = [], refunds = [] } of db.orders.all.values()) {
    shipped += quantityOf(shipments, sku)
    returned += quantityOf(
      refunds.filter(({ restock }) => restock !== undefined),
      sku,
    )
  }
  return { shipped, returned }
}
