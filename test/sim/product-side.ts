import { productEventHandlers } from '../../services/product/src/events.ts'
import { pruneEntries } from '../../services/product/src/features/prune-entries.ts'
import type { ReservationCore } from '../../services/product/src/features/reservation-core.ts'
import { sweepReservations } from '../../services/product/src/features/sweep-reservations.ts'
import type { Offer } from '../../services/product/src/ports.ts'
import type { MemoryReservation, MemoryStock } from './books.ts'
import { byType } from './bus.ts'
import { skus } from './databases.ts'
import { alertsOf } from './order-side.ts'
import * as ports from './ports.ts'
import { callDatabase, type Replica } from './replica.ts'
import { checkReservationWrite, checkStockWrite } from './stock-rules.ts'
import { Sweeper } from './sweeper.ts'
import { earliest, relaySweeper, type Wiring } from './wiring.ts'

/** Price of one unit of every SKU. */
export const unitPriceMinor = 100

const offers: ReadonlyMap<string, Offer> = new Map(
  skus.map((sku) => [
    sku,
    { sku, currency: 'IDR', unitPriceMinor, productId: 'prd', title: sku, options: {}, image: null } as const,
  ]),
)

/** Compares documents with how they were seen last, and looks at what changed. */
function watch({ world, db, alarms }: Wiring) {
  const { books } = db
  const seenReservations = new Map<string, MemoryReservation>()
  const seenStock = new Map<string, MemoryStock>()
  return {
    reservation(id: string): void {
      const [before, after] = [seenReservations.get(id), books.reservations.get(id)]
      if (!after || before === after) return
      seenReservations.set(id, after)
      if (before?.status !== after.status)
        if (world.timeline)
          world.note('stock', `reservation ${id.slice(-2)} ${before?.status ?? 'new'}→${after.status}`)
      checkReservationWrite(world, books, before, after)
      alarms.due('product', 'reservations', after.nextAttemptAt)
      if (after.outbox.length > 0) alarms.relay('product')
    },
    stock(sku: string): void {
      const [before, after] = [seenStock.get(sku), books.stock.get(sku)]
      if (!after || before === after) return
      seenStock.set(sku, after)
      checkStockWrite(world, sku, before, after)
      alarms.due('product', 'stock', after.pruneAt)
      if (after.pending.length > 0) alarms.soon('product', 'ledger')
    },
  }
}

export type StockWatch = ReturnType<typeof watch>
export const watchStock = watch

export function startProduct(wiring: Wiring, replica: Replica, seen: StockWatch): ReservationCore {
  const { world, profile, db, clocks, broker, relays, alarms } = wiring
  const relay = relays.get(replica)!
  const core: ReservationCore = {
    reservations: ports.reservationStoreOf(
      replica,
      db.reservations,
      seen.reservation,
      (id) => void relay.drain(db.outboxes.reservations, id),
    ),
    stock: ports.stockStoreOf(replica, db.stock, seen.stock),
    offers: {
      find: (wanted) =>
        profile.asksCatalogue
          ? callDatabase(replica, 'offers.find', 'read', async () => pickOffers(wanted))
          : Promise.resolve(pickOffers(wanted)),
    },
    alerts: alertsOf(wiring, replica),
    clock: clocks.product,
    limits: profile.product,
    resume: (_, run) => run(),
  }
  alarms.add(
    'reservations',
    new Sweeper(
      replica,
      'reservations',
      () => sweepReservations(core),
      () => earliest(db.reservations.all.values(), ({ nextAttemptAt }) => nextAttemptAt, clocks.product),
    ),
    'product',
  )
  alarms.add(
    'stock',
    new Sweeper(
      replica,
      'prunes',
      () => pruneEntries(core),
      () => earliest(db.stock.all.values(), ({ pruneAt }) => pruneAt, clocks.product),
    ),
    'product',
  )
  alarms.add(
    'ledger',
    new Sweeper(
      replica,
      'ledger',
      () => fillLedger(wiring, replica),
      () => ([...db.stock.all.values()].some(({ pending }) => pending.length > 0) ? world.now : Infinity),
    ),
    'product',
  )
  relaySweeper(wiring, replica, [db.outboxes.reservations])
  const bus = {
    publish: (message: Parameters<typeof broker.publish>[1]) =>
      broker.publish(replica, { ...message, id: `repeat ${message.subject}` }),
  }
  broker.join(
    'product',
    replica,
    byType(() => productEventHandlers(core, bus)),
  )
  return core
}

function pickOffers(wanted: readonly string[]): ReadonlyMap<string, Offer> {
  return new Map(wanted.flatMap((sku) => (offers.has(sku) ? [[sku, offers.get(sku)!]] : [])))
}

/** Movements leave their stock documents for the ledger: the store's drain, once per SKU. */
async function fillLedger({ db }: Wiring, replica: Replica): Promise<void> {
  for (const [sku, { pending }] of db.stock.all)
    if (pending.length > 0) await callDatabase(replica, 'stock.drain', 'write', async () => db.stock.drain(sku))
}
