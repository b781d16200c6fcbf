import type { MovedLines, Order } from '@toko/contracts'
import { priceMinor } from './goods.ts'
import type { Journey, Scene } from './scene.ts'

/** A paid order, or null when it ended otherwise: under faults some do. */
async function paidOrder({ buyer, paid }: Scene): Promise<Order | null> {
  const id = await buyer.place({ method: 'card_ok' })
  const order = id === null ? null : await paid(id)
  return order?.status === 'confirmed' ? order : null
}

const allOf = ({ lines }: Order): MovedLines => lines.map(({ sku, quantity }) => ({ sku, quantity }))

/** Every shipment that has left and is not there yet arrives. */
async function deliverAll({ staff, settled }: Scene, orderId: string): Promise<void> {
  const order = await settled(orderId)
  for (const { id, deliveredAt } of order?.shipments ?? []) if (!deliveredAt) await staff.deliver(orderId, id)
}

/** Right after it is confirmed: its capture may be on its way. */
export const cancelConfirmed: Journey = async ({ buyer, settled }) => {
  const id = await buyer.place({ method: 'card_ok' })
  const order = id === null ? null : await settled(id)
  if (order?.status !== 'confirmed') return
  await buyer.cancel(order.id)
  await settled(order.id)
}

/** A part, then all that is left twice at once: one of the two must be refused. */
export const refunded: Journey = async (scene) => {
  const order = await paidOrder(scene)
  if (!order) return
  const { staff, plan } = scene
  await staff.refund(order.id, 'part', { amount: { amount: Math.floor(priceMinor / 3), currency: 'IDR' } })
  if (plan.draws.next() < 0.5) return
  await Promise.all([staff.refund(order.id, 'rest', {}), staff.refund(order.id, 'rest-again', {})])
}

/** One line alone, the rest twice at once (one must be refused), and everything arrives. */
export const shipped: Journey = async (scene) => {
  const order = await paidOrder(scene)
  if (!order) return
  const { staff, buyer } = scene
  const [first, ...rest] = allOf(order)
  await staff.ship(order.id, 'first', [first!])
  await buyer.cancel(order.id) // something has left: it must be refused
  await deliverAll(scene, order.id)
  if (rest.length === 0) return
  await Promise.all([staff.ship(order.id, 'rest', rest), staff.ship(order.id, 'rest-again', rest)])
  await deliverAll(scene, order.id)
}

/** All of it arrives, one unit comes back to the stock and its money to the customer. */
export const returned: Journey = async (scene) => {
  const order = await paidOrder(scene)
  if (!order) return
  const { staff, buyer, settled } = scene
  await staff.ship(order.id, 'all', allOf(order))
  await deliverAll(scene, order.id)
  const told = await buyer.return(order.id, [{ sku: order.lines[0]!.sku, quantity: 1 }])
  if (told.madeId === undefined) return
  await staff.refund(order.id, 'return', { returnId: told.madeId, restock: true })
  await settled(order.id)
}
