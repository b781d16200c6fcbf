import type { MovedLines } from '@toko/contracts'
import type { Order } from '../../services/order/src/domain/order.ts'
import type { Client } from './client.ts'

/** Some of an order's goods: a line or all of them, rarely more than there are. */
function someLines(client: Client, order: Order): MovedLines {
  const { rng } = client.world
  const lines = order.request.map(({ sku, quantity }) => ({ sku, quantity: rng.between(1, quantity) }))
  const some = rng.chance(0.6) ? lines : [rng.pick(lines)]
  return rng.chance(0.05) ? some.map((line) => ({ ...line, quantity: line.quantity + 2 })) : some
}

const all = (order: Order): MovedLines => order.request.map(({ sku, quantity }) => ({ sku, quantity }))

const wait = ({ world }: Client) => world.sleep(world.rng.below(3000))

/** Confirmed and captured, or as far as it gets within a few looks. */
async function shippable(client: Client, orderId: string): Promise<Order | undefined> {
  for (let looks = 0; looks < 4; looks++) {
    const order = await client.look(orderId)
    if (order?.payments.at(-1)?.state === 'captured') return order
    await wait(client)
  }
  return undefined
}

/** The goods leave in several shipments at once, each with a part of every line. */
async function shipInParts(client: Client, orderId: string): Promise<void> {
  const order = await shippable(client, orderId)
  if (!order) return
  const parts = order.request.flatMap(({ sku, quantity }) =>
    Array.from({ length: quantity }, () => [{ sku, quantity: 1 }]),
  )
  const { world } = client
  await Promise.all(
    parts.map(async (lines, i) => {
      await world.sleep(world.rng.below(60))
      await client.ship(orderId, `part-${i}`, lines)
    }),
  )
}

/** All is shipped, one unit comes back, and two refunds name its return at about the same time. */
async function returnOne(client: Client, orderId: string): Promise<void> {
  const order = await shippable(client, orderId)
  if (!order) return
  const shipped = await client.ship(orderId, 'ship-all', all(order))
  if (shipped.outcome !== 'ok') return
  await wait(client)
  const { sku } = order.request[0]!
  const returned = (await client.returnGoods(orderId, 'return-1', [{ sku, quantity: 1 }])).order?.returns?.at(-1)
  if (!returned) return
  const payBack = (key: string) => client.refund(orderId, key, { returnId: returned.id, restock: true })
  await Promise.all([payBack('refund-1'), payBack('refund-2')])
}

/** What staff and the buyer do with a confirmed order, in any order and partly at the same time; refusals are part of it. */
export async function afterPlacement(client: Client, orderId: string): Promise<void> {
  const { world } = client
  const { rng } = world
  const story = rng.below(6)
  if (story < 2) await shipInParts(client, orderId)
  if (story === 2) await returnOne(client, orderId)
  for (let round = 0; round < 4; round++) {
    await world.sleep(rng.chance(0.5) ? rng.below(100) : rng.below(5000))
    const order = await client.look(orderId)
    if (!order) continue
    if (['rejected', 'cancelled', 'expired'].includes(order.status)) return
    if (!['confirmed', 'shipped', 'completed'].includes(order.status)) continue
    const acts = rng.chance(0.4) ? 2 : 1
    await Promise.all(Array.from({ length: acts }, (_, n) => act(client, order, `${round}-${n}`)))
  }
}

async function act(client: Client, order: Order, name: string): Promise<unknown> {
  const { rng } = client.world
  const { _id } = order
  switch (rng.below(10)) {
    case 0:
      return client.cancel(_id, `cancel-${name}`)
    case 1:
    case 2:
      return client.ship(_id, `ship-${name}`, all(order))
    case 3:
    case 4:
      return client.ship(_id, `ship-${name}`, someLines(client, order))
    case 5:
    case 6: {
      const arrived = order.shipments?.find(({ delivery }) => !delivery)
      return arrived && client.deliver(_id, `deliver-${name}`, arrived.id)
    }
    case 7:
      return client.returnGoods(_id, `return-${name}`, someLines(client, order))
    default:
      return refund(client, order, `refund-${name}`)
  }
}

function refund(client: Client, order: Order, key: string): Promise<unknown> {
  const { rng } = client.world
  const returned = order.returns?.find(({ state }) => state === 'requested')
  const restock = rng.chance(0.6)
  if (returned && rng.chance(0.7)) return client.refund(order._id, key, { returnId: returned.id, restock })
  if (rng.chance(0.4)) return client.refund(order._id, key, { lines: someLines(client, order), restock })
  if (rng.chance(0.5)) return client.refund(order._id, key, { restock: false })
  const amount = rng.between(1, order.totalMinor)
  return client.refund(order._id, key, { amount: { amount, currency: 'IDR' }, restock: false })
}
