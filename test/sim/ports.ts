import type { OrderStore } from '../../services/order/src/ports.ts'
import type { ProviderEventStore } from '../../services/order/src/store/provider-event-store.ts'
import type { DeliveryStore } from '../../services/payment/src/store/delivery-store.ts'
import type { PaymentStore } from '../../services/payment/src/store/payment-store.ts'
import type { ReservationStore } from '../../services/product/src/store/reservation-store.ts'
import type { StockStore } from '../../services/product/src/store/stock-store.ts'
import { codeOf } from './codes.ts'
import type { Place } from './fault-kinds.ts'
import { callDatabase, type Replica } from './replica.ts'

type Method = (...args: never[]) => Promise<unknown>

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

/** A store as one replica sees it: every call goes through the scheduler, which may do anything to it. */
function throughScheduler<T extends object>(
  replica: Replica,
  collection: string,
  store: T,
  writePlace: Place = 'write',
  afterWrite?: (args: readonly unknown[]) => void,
): T {
  const wrapped: Record<string, unknown> = {}
  for (const [name, method] of Object.entries(store)) {
    if (typeof method !== 'function' || ours.has(name)) continue
    const what = `${collection}.${name}`
    const code = codeOf(what)
    if (reads.has(name)) {
      wrapped[name] = (...args: never[]) => callDatabase(replica, what, 'read', () => (method as Method)(...args), code)
      continue
    }
    const write = afterWrite
      ? async (args: never[]) => {
          const result = await (method as Method)(...args)
          afterWrite(args)
          return result
        }
      : (args: never[]) => (method as Method)(...args)
    wrapped[name] = (...args: never[]) => callDatabase(replica, what, writePlace, () => write(args), code)
  }
  return wrapped as T
}

export const orderStoreOf = (replica: Replica, store: OrderStore, publish: OrderStore['publish']): OrderStore => ({
  ...throughScheduler(replica, 'orders', store, 'order-write'),
  publish,
})
export const inboxOf = (replica: Replica, store: ProviderEventStore) => throughScheduler(replica, 'inbox', store)
export const paymentStoreOf = (replica: Replica, store: PaymentStore) => throughScheduler(replica, 'payments', store)
export const deliveryStoreOf = (replica: Replica, store: DeliveryStore, changed: () => void) =>
  throughScheduler(replica, 'deliveries', store, 'write', changed)
/** @param publish called by the process once it has its answer, as the relay is by the real adapter */
export function reservationStoreOf(
  replica: Replica,
  store: ReservationStore,
  changed: (id: string) => void,
  publish: (id: string) => void,
): ReservationStore {
  const wrapped = throughScheduler(replica, 'reservations', store, 'write', ([first]) => changed(idOf(first)))
  const published =
    <A extends unknown[], T>(write: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const answer = await write(...args)
      if (answer) publish(idOf(args[0]))
      return answer
    }
  return {
    ...wrapped,
    insert: published(wrapped.insert),
    move: published(wrapped.move),
    amend: published(wrapped.amend),
    claim: published(wrapped.claim),
  }
}

const idOf = (first: unknown): string => (typeof first === 'string' ? first : (first as { readonly _id: string })._id)

export const stockStoreOf = (replica: Replica, store: StockStore, changed: (sku: string) => void) =>
  throughScheduler(replica, 'stock', store, 'write', ([sku]) => changed(sku as string))
