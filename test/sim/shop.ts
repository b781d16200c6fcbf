import type { ReservationCore } from '../../services/product/src/features/reservation-core.ts'
import { Broker } from './bus.ts'
import type { Client } from './client.ts'
import { createDatabases, type Databases } from './databases.ts'
import { Follower } from './follower.ts'
import { type OrderSide, startOrder } from './order-side.ts'
import { startPayment } from './payment-side.ts'
import { startProduct, watchStock } from './product-side.ts'
import type { Profile } from './profile.ts'
import { providerClient, type paymentRoutes } from './provider.ts'
import { checkPublished } from './publish-rules.ts'
import { Relay } from './relay.ts'
import { Replica, ServiceClock, type ServiceName } from './replica.ts'
import { stockClient, stockRoutes } from './stock-client.ts'
import { Alarms, type Wiring } from './wiring.ts'
import type { World } from './world.ts'

export interface Shop extends Wiring {
  readonly db: Databases
  readonly order: readonly OrderSide[]
  readonly cores: ReadonlyMap<Replica, ReservationCore>
  readonly follower: Follower
  readonly clients: Client[]
  /** The provider can't be reached between these, virtual ms. */
  providerDown: readonly [number, number]
}

/** The whole shop of one world: three services of two replicas each on their databases, wired as their service.ts do. */
export function openShop(world: World, profile: Profile): Shop {
  const clocks = { order: new ServiceClock(world), product: new ServiceClock(world), payment: new ServiceClock(world) }
  const pair = (service: ServiceName) => [new Replica(world, service, 0), new Replica(world, service, 1)]
  const replicas = { order: pair('order'), product: pair('product'), payment: pair('payment') }
  const db = createDatabases(world, profile, clocks)
  const broker = new Broker(world)
  broker.isKeeping = profile.hasBroker
  if (!profile.hasBroker) world.count('broker-lost')
  const relays = new Map<Replica, Relay>()
  for (const replica of [...replicas.order, ...replicas.product, ...replicas.payment]) {
    broker.connect(replica)
    relays.set(replica, new Relay(replica, broker))
  }
  const wiring: Wiring = { world, profile, db, broker, clocks, replicas, relays, alarms: new Alarms(world, clocks) }

  const seen = watchStock(wiring)
  const cores = new Map(replicas.product.map((replica) => [replica, startProduct(wiring, replica, seen)]))
  const stockRoutesOf = new Map([...cores].map(([replica, core]) => [replica, stockRoutes(core)]))
  const paymentRoutesOf = new Map<Replica, ReturnType<typeof paymentRoutes>>()
  const isDown = () => world.now >= shop.providerDown[0] && world.now < shop.providerDown[1]
  const order = replicas.order.map((replica) =>
    startOrder(wiring, replica, {
      stock: stockClient(replica, replicas.product, (target) => stockRoutesOf.get(target)!),
      provider: providerClient(replica, {
        targets: replicas.payment,
        routesOf: (target) => paymentRoutesOf.get(target)!,
        isDown,
      }),
    }),
  )
  for (const replica of replicas.payment) paymentRoutesOf.set(replica, startPayment(wiring, replica, order))
  const follower = new Follower()
  for (const replica of profile.hasFollower ? replicas.order : [])
    broker.join('follower', replica, follower.handlersIn(replica))
  const shop: Shop = { ...wiring, order, cores, follower, clients: [], providerDown: [0, 0] }
  broker.onPublish = (message) => checkPublished(world, db.books, message)
  listen(shop)
  return shop
}

/** Documents that were written tell the sweepers of their service. */
function listen({ world, db, alarms }: Shop): void {
  db.listeners.order = (id) => {
    const order = db.orders.all.get(id)
    alarms.due('order', 'orders', order?.dueAt)
    if (order && order.outbox.length > 0) alarms.relay('order')
  }
  db.listeners.inbox = (id) => {
    alarms.due('order', 'inbox', db.inbox.all.get(id)?.dueAt)
    if (db.outboxes.inbox.waiting(id).length > 0) alarms.relay('order')
  }
  db.listeners.payment = (key) => {
    alarms.due('payment', 'payments', db.payments.all.get(key)?.settlesAt?.getTime())
    if (db.outboxes.payments.waiting(key).length > 0) alarms.relay('payment')
  }
  world.onMajorityFault = (fault) => {
    db.orders.lag()
    world.after(world.rng.between(20, 3000), () => {
      if (world.timeline)
        world.note(
          'orders',
          fault === 'db-failover' ? 'FAILOVER: what no majority has is gone' : 'the majority catches up',
        )
      if (fault === 'db-failover') db.orders.failOver()
      else db.orders.catchUp()
      alarms.lookAll()
    })
  }
}
