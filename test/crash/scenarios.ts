import type { CrashShop } from './crash-shop.ts'
import { act, mustAct, newCart, type OrderState, place, quantities, until, untilDone } from './shopper.ts'

/** Change of one SKU's stock. */
interface Left {
  readonly onHand: number
  readonly reserved: number
}

export interface Scenario {
  readonly name: string
  /** Brings an order to where the scenario begins; nothing crashes yet. Resolves with what the act needs. */
  prepare(shop: CrashShop): Promise<string>
  /** Acts as a client does that never gives up; resolves with the order's id. */
  act(shop: CrashShop, prepared: string): Promise<string>
  /** How the order must end, whatever crashed. */
  readonly end: OrderState
  /** What the whole life of the order leaves on the shelves of the two SKUs, preparation included. */
  readonly left: readonly [Left, Left]
}

const kept = [
  { onHand: 0, reserved: 2 },
  { onHand: 0, reserved: 1 },
] as const
const nothing = [
  { onHand: 0, reserved: 0 },
  { onHand: 0, reserved: 0 },
] as const
const allGone = [
  { onHand: -2, reserved: 0 },
  { onHand: -1, reserved: 0 },
] as const
const oneCameBack = [
  { onHand: -1, reserved: 0 },
  { onHand: -1, reserved: 0 },
] as const

const paid = { status: 'confirmed', paymentStatus: 'paid', fulfilmentStatus: 'unfulfilled' }
const cancelled = { status: 'cancelled', fulfilmentStatus: 'none' }

async function placePaid(shop: CrashShop): Promise<string> {
  const id = await place(shop, await newCart(shop), 'card_ok')
  await until(shop, id, paid)
  return id
}

async function placeUnpaid(shop: CrashShop): Promise<string> {
  const id = await place(shop, await newCart(shop))
  await until(shop, id, { status: 'reserved' })
  return id
}

async function cancel(shop: CrashShop, id: string): Promise<string> {
  await mustAct(shop, id, 'cancellations', {}, 'customer')
  return id
}

/** Sends so many of each SKU and waits until they have arrived. */
async function ship(shop: CrashShop, id: string, counts: readonly number[]): Promise<void> {
  const lines = shop.skus.map((sku, n) => ({ sku, quantity: counts[n]! })).filter(({ quantity }) => quantity > 0)
  const shipment = await mustAct(shop, id, 'shipments', { lines, carrier: 'crash courier' }, 'staff')
  await untilDone(shop, id)
  await mustAct(shop, id, `shipments/${shipment.id}/deliveries`, undefined, 'staff')
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'place',
    prepare: newCart,
    act: (shop, cartId) => place(shop, cartId, 'card_ok'),
    end: paid,
    left: kept,
  },
  {
    name: 'decline-then-pay',
    prepare: placeUnpaid,
    async act(shop, id) {
      await act(shop, id, 'payments', { paymentMethod: 'card_insufficient_funds' }, 'customer')
      await until(shop, id, { status: 'reserved', paymentStatus: 'declined' })
      await act(shop, id, 'payments', { paymentMethod: 'card_ok' }, 'customer')
      return id
    },
    end: paid,
    left: kept,
  },
  {
    name: 'cancel-reserved',
    prepare: placeUnpaid,
    act: cancel,
    end: { ...cancelled, paymentStatus: 'unpaid' },
    left: nothing,
  },
  {
    name: 'cancel-confirmed',
    prepare: placePaid,
    act: cancel,
    end: { ...cancelled, paymentStatus: 'refunded' },
    left: nothing,
  },
  {
    name: 'refund',
    prepare: placePaid,
    async act(shop, id) {
      const amount = { amount: 100_000, currency: 'IDR' }
      await mustAct(shop, id, 'refunds', { amount, reason: 'crash points' }, 'staff')
      await untilDone(shop, id)
      return id
    },
    end: { ...paid, paymentStatus: 'partially-refunded' },
    left: kept,
  },
  {
    name: 'ship-in-parts',
    prepare: placePaid,
    async act(shop, id) {
      await ship(shop, id, [1, 0])
      await ship(shop, id, [1, 1])
      return id
    },
    end: { status: 'completed', paymentStatus: 'paid', fulfilmentStatus: 'delivered' },
    left: allGone,
  },
  {
    name: 'return',
    async prepare(shop) {
      const id = await placePaid(shop)
      await ship(shop, id, quantities)
      return id
    },
    async act(shop, id) {
      const lines = [{ sku: shop.skus[0], quantity: 1 }]
      const { id: returnId } = await mustAct(shop, id, 'returns', { lines, reason: 'crash points' }, 'customer')
      await mustAct(shop, id, 'refunds', { returnId, restock: true, reason: 'crash points' }, 'staff')
      await untilDone(shop, id)
      return id
    },
    end: { status: 'completed', paymentStatus: 'partially-refunded', fulfilmentStatus: 'delivered' },
    left: oneCameBack,
  },
]
