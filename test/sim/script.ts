import type { PaymentMethod, PlaceOrder } from '@toko/contracts'
import type { Cart } from '../../services/order/src/domain/cart.ts'
import { Client, type Operation } from './client.ts'
import { afterPlacement } from './after-placement.ts'
import { hex, skus } from './databases.ts'
import { unitPriceMinor } from './product-side.ts'
import type { Shop } from './shop.ts'

function openCart({ world, profile, db }: Shop, userId: string): { cart: Cart; total: number } {
  const { rng } = world
  const many = profile.stock.length > 1 && rng.chance(0.8) ? 2 : 1
  const first = rng.below(profile.stock.length - many + 1)
  const lines = Array.from({ length: many }, (_, i) => ({
    sku: rng.chance(0.02) ? 'GONE-1' : skus[first + i]!,
    quantity: rng.chance(profile.goesOn ? 0.3 : 0.7) ? 1 : 2,
    addedPriceMinor: unitPriceMinor,
    title: 'tea',
  }))
  const now = new Date(0)
  const cart: Cart = {
    _id: `crt_${hex(world.seed, world.next())}`,
    rev: 1,
    createdAt: now,
    updatedAt: now,
    ownerId: userId,
    status: 'open',
    currency: 'IDR',
    lines,
  }
  db.carts.set(cart._id, cart)
  return { cart, total: lines.reduce((sum, { quantity }) => sum + quantity * unitPriceMinor, 0) }
}

/** What one client does in one world: orders a cart, repeats itself, changes its mind, pays again. */
export async function clientStory(shop: Shop, n: number): Promise<Client> {
  const { world, profile } = shop
  const { rng } = world
  const client = new Client(shop, `client-${n}`, `usr_${hex(world.seed, profile.maxUnpaid === 1 ? 9 : n)}`)
  shop.clients.push(client)
  const key = `key-${n}`
  const { cart, total } = openCart(shop, client.userId)
  const method = rng.chance(0.9) ? cardOf(shop) : undefined
  const amount = rng.chance(0.03) ? total - 1 : total
  const body: PlaceOrder = {
    cartId: cart._id,
    expectedTotal: { amount, currency: 'IDR' },
    ...(method ? { paymentMethod: method } : {}),
  }
  await world.sleep(rng.below(rng.chance(0.5) ? 50 : 3000))
  if (rng.chance(0.15)) void client.place(key, body)
  if (rng.chance(0.06)) void again(client, key, { ...body, expectedTotal: { amount: amount + 50, currency: 'IDR' } })
  if (rng.chance(0.06)) void again(client, `${key}-b`, body)
  const placed = await client.place(key, body)
  if (rng.chance(0.1)) void again(client, key, body)
  if (placed.order) await afterwards(shop, client, placed)
  return client
}

async function again(client: Client, key: string, body: PlaceOrder): Promise<void> {
  const { world } = client
  await world.sleep(world.rng.below(4000))
  await client.place(key, body)
}

function cardOf({ world, profile }: Shop): PaymentMethod {
  const card = world.rng.pick(profile.cards)
  if (card.includes('declined') || card === 'card_insufficient_funds') world.count('card-declined')
  else if (card === 'card_processing') world.count('card-processing')
  else if (card === 'card_late_approval') world.count('card-late-approval')
  return card
}

async function afterwards(shop: Shop, client: Client, placed: Operation): Promise<void> {
  const { world, profile } = shop
  const { rng } = world
  const { _id } = placed.order!
  if (rng.chance(0.35)) {
    await world.sleep(rng.chance(0.6) ? rng.below(60) : rng.below(12_000))
    await client.cancel(_id, 'cancel-1')
  }
  if (!placed.body!.paymentMethod || profile.cards.length > 1) await payAgain(shop, client, _id)
  if (profile.goesOn) await afterPlacement(client, _id)
}

/** Pays what was declined, or what came without a card; or lets its time run out. */
async function payAgain(shop: Shop, client: Client, orderId: string): Promise<void> {
  const { rng } = shop.world
  for (let attempt = 1; attempt <= 3; attempt++) {
    await shop.world.sleep(rng.between(200, 4000))
    const order = await client.look(orderId)
    if (order && order.status !== 'reserved' && order.status !== 'pending' && order.status !== 'paying') return
    const isWaiting = order?.status === 'reserved' && !order.nextMethod
    if (isWaiting && rng.chance(0.7))
      await client.pay(orderId, `pay-${attempt}`, rng.chance(0.6) ? 'card_ok' : cardOf(shop))
  }
}
