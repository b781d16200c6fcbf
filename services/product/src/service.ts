import { newId } from '@toko/contracts'
import {
  buildIndexes,
  collectionOf,
  type OutboxRelay,
  outboxRelay,
  translateDatabaseError,
  serviceDatabase,
} from '@toko/database'
import {
  type Express,
  fetchedKeys,
  type JWTVerifyGetKey,
  remoteKeys,
  serviceHttp,
  serviceVerifier,
  userVerifier,
} from '@toko/http'
import { type Bus, eventHandlers } from '@toko/messaging'
import { rpcServer } from '@toko/rpc'
import {
  background,
  type Clock,
  composeParts,
  type Logger,
  type Metrics,
  type Part,
  repeat,
  requestContext,
  resume,
  type Service,
  systemClock,
} from '@toko/runtime'
import { busDemandForecasts } from './clients/bus-demand-forecasts.ts'
import { csvReader } from './clients/csv-reader.ts'
import { meteredAlerts } from './clients/metered-alerts.ts'
import { meteredStockNotices } from './clients/metered-stock-notices.ts'
import type { ProductConfig } from './config.ts'
import { stockLevelOf } from './domain/stock.ts'
import { forecastEventHandlers, productEventHandlers } from './events.ts'
import { bounded } from './features/bounded.ts'
import { fillLedger } from './features/fill-ledger.ts'
import { type Importing, runImports } from './features/import-products.ts'
import { oneAtATime } from './features/one-at-a-time.ts'
import { pruneEntries } from './features/prune-entries.ts'
import type { ReservationCore } from './features/reservation-core.ts'
import { refreshStockLevel, repairStockLevels } from './features/refresh-stock-level.ts'
import { sweepReservations } from './features/sweep-reservations.ts'
import { productApi, productServiceRoutes } from './routes.ts'
import { meteredReservationStore } from './store/metered-reservation-store.ts'
import { collectionRules, productModels } from './store/models.ts'
import { mongoAuditStore } from './store/mongo-audit-store.ts'
import { mongoCategoryStore } from './store/mongo-category-store.ts'
import { mongoImportStore } from './store/mongo-import-store.ts'
import { mongoLedgerStore } from './store/mongo-ledger-store.ts'
import { mongoOffers } from './store/mongo-offers.ts'
import { mongoProductStore } from './store/mongo-product-store.ts'
import { mongoReservationStore } from './store/mongo-reservation-store.ts'
import { mongoStockStore } from './store/mongo-stock-store.ts'
import { observeParked } from './store/observe-parked.ts'
import { observeReservations } from './store/observe-reservations.ts'

export interface ProductDeps {
  readonly log: Logger
  readonly metrics: Metrics
  /** Shared by the process and owned by it. */
  readonly bus: Bus
  readonly clock?: Clock
  /** Tests: the key set, in place of the user service's. */
  readonly userKeys?: JWTVerifyGetKey
}

export interface ProductService extends Service {
  readonly app: Express
  readonly core: ReservationCore
  port(): number
  adminPort(): number
  /** True when nothing is under way in this process. */
  isIdle(): boolean
}

/** SKUs that one run of the repair looks at. */
const repairBatch = 500

/** Wires the product service: the only place where its parts meet. */
export function createProductService(config: ProductConfig, deps: ProductDeps): ProductService {
  const { log, metrics, bus, clock = systemClock } = deps
  const db = serviceDatabase('product', config, { log, metrics })
  const models = productModels(db.connection)
  const [reservations, stock, movements, products] = [
    collectionOf(models.reservations),
    collectionOf(models.stock),
    collectionOf(models.movements),
    collectionOf(models.products),
  ]
  const relay = outboxRelay({
    service: 'product',
    collections: [reservations],
    publish: ({ mandatory, ...message }) => bus.publish(message, { mandatory }),
    slowPathMs: config.outboxSlowPathMs,
    clock,
    log,
    metrics,
  })
  const later = background('product background', log)

  const productStore = mongoProductStore(products)
  /** Levels change far less often than stock. A call that is lost or dropped is mended by the repair. */
  function onChange(sku: string, before: number, after: number): void {
    if (stockLevelOf(before, config.lowStock) === stockLevelOf(after, config.lowStock)) return
    later.run(() => refreshStockLevel(levels, sku))
  }
  const ledger = mongoLedgerStore(stock, movements, { onChange })
  const levels = { products: productStore, ledger, clock, lowStock: config.lowStock }

  // A caller over HTTP or RPC has the answer already: told on the bus at once, it would race the caller through its next steps.
  const unlessCalled: Pick<OutboxRelay, 'nudge'> = {
    nudge: (...change) => (requestContext() ? undefined : relay.nudge(...change)),
  }
  const core: ReservationCore = {
    reservations: meteredReservationStore(mongoReservationStore(reservations, unlessCalled), metrics),
    stock: mongoStockStore(stock, movements, {
      maxEntries: config.maxEntries,
      onChange,
      // The sweeper does it when this is lost.
      onMove: (sku) => later.run(() => ledger.drain(sku)),
    }),
    offers: mongoOffers(products),
    alerts: meteredAlerts(metrics, log),
    clock,
    limits: config,
    resume: resume('product'),
  }
  const desk: Importing = {
    products: productStore,
    categories: mongoCategoryStore(collectionOf(models.categories)),
    imports: mongoImportStore(collectionOf(models.imports)),
    csv: csvReader,
    ledger,
    clock,
    newId,
    inTurn: oneAtATime(),
    leaseMs: config.importLeaseMs,
    batch: config.importBatch,
  }
  const stopping = new AbortController()
  observeParked(metrics, [reservations, stock])
  observeReservations(metrics, reservations, clock)
  const duplicates = metrics.counter('toko_duplicates_dropped_total')
  /** The handlers themselves publish only answers to commands that were carried out before. */
  const repeating: Pick<Bus, 'publish'> = {
    publish(...answer) {
      duplicates.inc({ kind: 'command' })
      return bus.publish(...answer)
    },
  }

  const userKeys = deps.userKeys ?? remoteKeys(config.jwksUrl)
  const serving = {
    routes: productServiceRoutes({
      desk,
      core,
      audit: mongoAuditStore(reservations, stock, collectionOf(models.movements)),
      forecasts: busDemandForecasts(bus, config.forecastTimeoutMs, { metrics, log }),
      deadLetters: { letters: bus.deadLetters('product'), log },
      slots: bounded(config.reservationSlots),
      importLater: () => later.run(() => runImports(desk, stopping.signal)),
      settleStockLater: (sku) =>
        later.run(async () => {
          await ledger.drain(sku)
          await refreshStockLevel(levels, sku)
        }),
    }),
    verifiers: {
      user: userVerifier(userKeys),
      service: serviceVerifier('product', { order: config.fromOrderSecret }),
    },
    translators: [translateDatabaseError],
    log,
    metrics,
  }
  const http = serviceHttp('product', config, { ...serving, openapi: productApi, ready: () => db.ready?.() })
  const { checksAnswers, budgetFactor } = config
  const rpc = rpcServer({ ...serving, service: 'product', bus, checksAnswers, budgetFactor })
  const sweeper = (name: string, everyMs: number, run: (stop: AbortSignal) => Promise<unknown>): Part =>
    repeat({ name: `product ${name}`, everyMs, log, run: async (stop) => void (await run(stop)) })
  let repairedTo = ''
  const parts = [
    http.admin,
    db,
    { name: 'product indexes', start: () => buildIndexes(collectionRules(models)) },
    fetchedKeys(userKeys),
    relay,
    later,
    { name: 'product imports', stop: () => stopping.abort() },
    sweeper('reservation sweeper', config.sweepEveryMs, (stop) => sweepReservations(core, stop)),
    sweeper('prune sweeper', config.sweepEveryMs, () => pruneEntries(core)),
    sweeper('ledger sweeper', config.sweepEveryMs, (stop) =>
      fillLedger({ ...core, ledger }, config.outboxSlowPathMs, stop),
    ),
    sweeper('import sweeper', config.sweepEveryMs, (stop) => runImports(desk, stop)),
    sweeper('stock level repair', config.levelSweepMs, async () => {
      repairedTo = await repairStockLevels(levels, repairedTo, repairBatch)
    }),
    eventHandlers(bus, 'product', [
      ...productEventHandlers(core, repeating),
      ...forecastEventHandlers(meteredStockNotices(metrics, log)),
    ]),
    rpc,
    http.listener,
  ]
  return {
    ...composeParts('product', parts),
    app: http.app,
    core,
    port: http.port,
    adminPort: http.adminPort,
    isIdle: () => relay.isIdle() && later.isIdle(),
  }
}
