import type { OrderStore } from '../../services/order/src/ports.ts'
import type { ProviderEventStore } from '../../services/order/src/store/provider-event-store.ts'
import type { DeliveryStore } from '../../services/payment/src/store/delivery-store.ts'
import type { PaymentStore } from '../../services/payment/src/store/payment-store.ts'
import type { ReservationStore } from '../../services/product/src/store/reservation-store.ts'
import type { StockStore } from '../../services/product/src/store/stock-store.ts'
import { codeOf } from './codes.ts'
import { callDatabase, type Replica } from './replica.ts'

/** Which methods of a store only read. */
const reads = new Set([
  'get',
  'due',
  'peek',
  'moveBasis',
  'inspect',
  'duePrunes',
  'finalOf',
  'find',
  'list',
  'countWaiting',
])
/** Not methods of the port: what the simulator itself does with a store in memory. */
const ours = new Set(['lag', 'catchUp', 'failOver', 'forget', 'drain'])

type Method = (...args: unknown[]) => Promise<unknown>

interface Hooks {
  /** At the effect, whoever is still there to hear of it. */
  readonly afterWrite?: (first: unknown) => void
  /** In the process, once it has its answer. */
  readonly afterAnswer?: (first: unknown) => void
}

/** A store as one replica sees it: every call goes through the scheduler, which may do anything to it. */
class ScheduledStore {
  readonly replica: Replica
  readonly store: Readonly<Record<string, Method>>
  readonly hooks: Hooks
  constructor(replica: Replica, store: object, hooks: Hooks) {
    this.replica = replica
    this.store = store as Readonly<Record<string, Method>>
    this.hooks = hooks
  }
}

/** One class per collection, made once: a world has twenty of these stores, and lives for a millisecond. */
const classes = new Map<string, typeof ScheduledStore>()

function classFor(collection: string, store: object): typeof ScheduledStore {
  const known = classes.get(collection)
  if (known) return known
  class Scheduled extends ScheduledStore {}
  for (const name of methodsOf(store)) {
    const what = `${collection}.${name}`
    const code = codeOf(what)
    const read = function (this: ScheduledStore, ...args: unknown[]) {
      return callDatabase(this.replica, what, 'read', () => this.store[name]!(...args), code)
    }
    const write = async function (this: ScheduledStore, ...args: unknown[]) {
      const effect = async () => {
        const result = await this.store[name]!(...args)
        this.hooks.afterWrite?.(args[0])
        return result
      }
      const answer = await callDatabase(this.replica, what, 'write', effect, code)
      if (answer) this.hooks.afterAnswer?.(args[0])
      return answer
    }
    Object.defineProperty(Scheduled.prototype, name, { value: reads.has(name) ? read : write })
  }
  classes.set(collection, Scheduled)
  return Scheduled
}

const methodsOf = (store: object): string[] =>
  Object.entries(store).flatMap(([name, value]) => (typeof value === 'function' && !ours.has(name) ? [name] : []))

const scheduled = <T extends object>(replica: Replica, collection: string, store: T, hooks: Hooks = {}): T =>
  new (classFor(collection, store))(replica, store, hooks) as unknown as T

const idOf = (first: unknown): string => (typeof first === 'string' ? first : (first as { readonly _id: string })._id)

/** Its methods are its own properties, for the code under test copies them. */
export const orderStoreOf = (replica: Replica, store: OrderStore, publish: OrderStore['publish']): OrderStore => {
  const read = <T>(what: string, act: () => Promise<T>) => callDatabase(replica, what, 'read', act)
  const write = <T>(what: string, act: () => Promise<T>) => callDatabase(replica, what, 'order-write', act)
  return {
    insert: (order, events) => write('orders.insert', () => store.insert(order, events)),
    get: (id) => read('orders.get', () => store.get(id)),
    replay: (userId, key) => write('orders.replay', () => store.replay(userId, key)),
    write: (change) => write('orders.write', () => store.write(change)),
    due: (...args) => read('orders.due', () => store.due(...args)),
    park: (...args) => write('orders.park', () => store.park(...args)),
    publish,
  }
}
export const inboxOf = (replica: Replica, store: ProviderEventStore) => scheduled(replica, 'inbox', store)
export const paymentStoreOf = (replica: Replica, store: PaymentStore) => scheduled(replica, 'payments', store)
export const deliveryStoreOf = (replica: Replica, store: DeliveryStore, changed: () => void) =>
  scheduled(replica, 'deliveries', store, { afterWrite: changed })
/** @param publish called by the process once it has its answer, as the relay is by the real adapter */
export const reservationStoreOf = (
  replica: Replica,
  store: ReservationStore,
  changed: (id: string) => void,
  publish: (id: string) => void,
): ReservationStore =>
  scheduled(replica, 'reservations', store, {
    afterWrite: (first) => changed(idOf(first)),
    afterAnswer: (first) => publish(idOf(first)),
  })
export const stockStoreOf = (replica: Replica, store: StockStore, changed: (sku: string) => void): StockStore =>
  scheduled(replica, 'stock', store, { afterWrite: (sku) => changed(sku as string) })
