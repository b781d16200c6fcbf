import { newId, orderObjectiveSeconds } from '@toko/contracts'
import { buildIndexes, collectionOf, outboxRelay, translateDatabaseError, serviceDatabase } from '@toko/database'
import {
  type Express,
  type JWTVerifyGetKey,
  fetchedKeys,
  remoteKeys,
  serviceVerifier,
  userVerifier,
  verifyWebhook,
  serviceHttp,
} from '@toko/http'
import { type Bus, eventHandlers } from '@toko/messaging'
import { rpcServer } from '@toko/rpc'
import {
  background,
  type Clock,
  composeParts,
  type Logger,
  type Metrics,
  noteOrder,
  type Part,
  repeat,
  resume,
  type Service,
  systemClock,
} from '@toko/runtime'
import { eventStock } from './clients/event-stock.ts'
import { meteredAlerts } from './clients/metered-alerts.ts'
import { meteredSteps } from './clients/metered-steps.ts'
import { remotePaymentProvider } from './clients/remote-payment-provider.ts'
import { remotePricing } from './clients/remote-pricing.ts'
import { remoteStock } from './clients/remote-stock.ts'
import type { OrderConfig } from './config.ts'
import { orderEventHandlers } from './events.ts'
import type { OrderFeatures } from './features.ts'
import { advanceOrder } from './features/advance-order.ts'
import { awaitOutcome } from './features/await-outcome.ts'
import { cancelOrder } from './features/cancel-order.ts'
import { ownCart } from './features/cart-access.ts'
import { makeCreateCart } from './features/create-cart.ts'
import { deliverShipment } from './features/deliver-shipment.ts'
import { mergeCarts } from './features/merge-carts.ts'
import { newOrderNumber } from './features/new-order-number.ts'
import { patchCart } from './features/patch-cart.ts'
import { payOrder } from './features/pay-order.ts'
import { makePlaceOrder } from './features/place-order.ts'
import { decision, type Protocol } from './features/protocol.ts'
import { readOrders } from './features/read-orders.ts'
import { refundOrder } from './features/refund-order.ts'
import { returnOrder } from './features/return-order.ts'
import { makeSetCartLine } from './features/set-cart-line.ts'
import { shipOrder } from './features/ship-order.ts'
import { streamOrder } from './features/stream-order.ts'
import { sweepOrders } from './features/sweep-orders.ts'
import { keepProviderEvent, sweepProviderEvents } from './features/take-provider-event.ts'
import { viewCart } from './features/view-cart.ts'
import { viewHistory, viewOrder } from './features/view-order.ts'
import { orderApi, orderServiceRoutes } from './routes.ts'
import { neighbourClients } from './service/neighbour-clients.ts'
import { orderStory } from './service/order-story.ts'
import { reconciliation } from './service/reconciliation.ts'
import { meteredOrderStore } from './store/metered-order-store.ts'
import { meteredProviderEventStore } from './store/metered-provider-event-store.ts'
import { orderModels } from './store/models.ts'
import { mongoCartStore } from './store/mongo-cart-store.ts'
import { mongoOrderStore } from './store/mongo-order-store.ts'
import { mongoProviderEventStore } from './store/mongo-provider-event-store.ts'
import { mongoOrderQueryStore } from './store/mongo-order-query-store.ts'
import { soundOrderStore } from './store/sound-order-store.ts'

export interface OrderDeps {
  readonly log: Logger
  readonly metrics: Metrics
  /** Shared by the process and owned by it. */
  readonly bus: Bus
  readonly clock?: Clock
  /** Tests: the key set, in place of the user service's. */
  readonly userKeys?: JWTVerifyGetKey
}

export interface OrderService extends Service {
  readonly app: Express
  readonly protocol: Protocol
  port(): number
  adminPort(): number
  /** True when nothing is under way in this process. */
  isIdle(): boolean
}

/** Wires the order service: the only place where its parts meet. */
export function createOrderService(config: OrderConfig, deps: OrderDeps): OrderService {
  const { log, metrics, bus, clock = systemClock } = deps
  const db = serviceDatabase('order', config, { log, metrics })
  const models = orderModels(db.connection)
  const [orders, carts, events] = [
    collectionOf(models.orders),
    collectionOf(models.carts),
    collectionOf(models.providerEvents),
  ]
  const relay = outboxRelay({
    service: 'order',
    collections: [orders, events],
    publish: ({ mandatory, ...message }) => bus.publish(message, { mandatory }),
    slowPathMs: config.outboxSlowPathMs,
    clock,
    log,
    metrics,
  })
  const neighbours = neighbourClients(config, { bus, log, metrics })
  const maxConcurrent = config.maxInFlight // what may come in may go out: one order is one call at a time
  const productClient = neighbours.client('product', { timeoutMs: config.stockCallMs, maxConcurrent })
  const paymentClient = neighbours.client('payment', { timeoutMs: config.providerCallMs, maxConcurrent })

  const alerts = meteredAlerts(metrics, log)
  const steps = meteredSteps(metrics)
  const duplicates = metrics.counter('toko_duplicates_dropped_total')
  const store = meteredOrderStore(mongoOrderStore(orders, relay, clock), metrics, noteOrder)
  const protocol: Protocol = {
    store: soundOrderStore(store, { alerts, clock }),
    stock: config.calls === 'events' ? eventStock : steps.stock(remoteStock(productClient, log)),
    provider: steps.provider(remotePaymentProvider(paymentClient, log)),
    alerts,
    clock,
    limits: config,
    resume: resume('order'),
  }
  const cartStore = mongoCartStore(carts, clock)
  const inbox = meteredProviderEventStore(mongoProviderEventStore(events, relay, clock), metrics)
  const queries = mongoOrderQueryStore(orders)
  metrics.observedGauge('toko_orders_parked', queries.countParked)
  metrics.observedGauge('toko_orders_overdue', () => queries.countOverdue(clock.now() - orderObjectiveSeconds * 1000))
  const pricing = remotePricing(productClient, config.calls === 'rpc' ? config.rpcReadMs : config.stockCallMs)
  const later = background('order background', log)
  const draining = new AbortController()
  const reads = readOrders(queries, store.get)
  const story = orderStory(config, { audit: reads.audit, neighbours, bus, clock, log, metrics })
  const reconciling = reconciliation(config, { orders, neighbours, clock, log, metrics })

  const features: OrderFeatures = {
    carts: {
      create: makeCreateCart({ carts: cartStore, clock, newId: () => newId('crt') }),
      get: (id, visitor) => ownCart(cartStore, id, visitor),
      view: (cart) => viewCart(cart, pricing),
      patch: (id, visitor, patch, revision) => patchCart(cartStore, id, visitor, patch, revision),
      setLine: makeSetCartLine(cartStore, pricing),
      merge: (id, userId, from) => mergeCarts(cartStore, id, userId, from),
    },
    orders: {
      place: makePlaceOrder({
        protocol,
        carts: cartStore,
        newId: () => newId('ord'),
        newNumber: newOrderNumber,
        countUnpaid: queries.countUnpaid,
        maxUnpaidPerUser: config.maxUnpaidPerUser,
      }),
      advance: (order, deadline) => advanceOrder(protocol, order, { deadline }),
      awaitOutcome: (order, deadline) => awaitOutcome(protocol, order, deadline),
      advanceLater: (order) => later.run(() => advanceOrder(protocol, order)),
      get: protocol.store.get,
      view: (order, viewer) => viewOrder(order, viewer, decision(protocol)),
      history: viewHistory,
      ...reads,
      cancel: (order, request) => cancelOrder(protocol, order, { ...request, id: newId('cnl') }),
      pay: (order, method, requestKey) => payOrder(protocol, order, method, requestKey),
      ship: (order, request) => shipOrder(protocol, order, { ...request, id: newId('shp') }),
      deliver: (order, shipmentId, key) => deliverShipment(protocol, order, shipmentId, key),
      refund: (order, request) => refundOrder(protocol, order, { ...request, id: newId('rfd') }),
      return: (order, request) => returnOrder(protocol, order, { ...request, id: newId('rtn') }),
      stream: (order, seen, response, gone) =>
        streamOrder(
          { store: protocol.store, pollMs: config.streamPollMs, draining: draining.signal },
          order,
          seen,
          response,
          gone,
        ),
    },
    webhooks: {
      async take(signature, rawBody, event) {
        verifyWebhook(config.webhookSecret, signature, rawBody, clock.now())
        await keepProviderEvent(inbox, 'toko', event, clock.now())
      },
    },
    story: story.tell,
    reconciliation: reconciling.report,
    deadLetters: { letters: bus.deadLetters('order'), log },
  }

  const userKeys = deps.userKeys ?? remoteKeys(config.jwksUrl)
  const serving = {
    routes: orderServiceRoutes(features),
    verifiers: {
      user: userVerifier(userKeys),
      service: serviceVerifier('order', { user: config.fromUserSecret }),
    },
    translators: [translateDatabaseError],
    log,
    metrics,
  }
  const http = serviceHttp('order', config, { ...serving, openapi: orderApi, ready: () => db.ready?.() })
  const { checksAnswers, budgetFactor } = config
  const rpc = rpcServer({ ...serving, service: 'order', bus, checksAnswers, budgetFactor })
  const sweeper = (name: string, run: (stopping: AbortSignal) => Promise<unknown>): Part =>
    repeat({ name, everyMs: config.sweepEveryMs, log, run: async (stopping) => void (await run(stopping)) })
  const streams: Part = { name: 'order streams', drain: () => draining.abort() }
  const indexes: Part = {
    name: 'order indexes',
    start: () => buildIndexes(Object.values(models).map((model) => ({ model }))),
  }
  const parts = [
    http.admin,
    db,
    indexes,
    fetchedKeys(userKeys),
    productClient,
    paymentClient,
    relay,
    later,
    sweeper('order sweeper', (stopping) => sweepOrders(protocol, stopping)),
    sweeper('provider event sweeper', () => sweepProviderEvents(protocol, inbox)),
    ...reconciling.parts,
    ...story.parts,
    eventHandlers(
      bus,
      'order',
      orderEventHandlers(protocol, () => duplicates.inc({ kind: 'answer' })),
    ),
    rpc,
    streams,
    http.listener,
  ]
  return {
    ...composeParts('order', parts),
    app: http.app,
    protocol,
    port: http.port,
    adminPort: http.adminPort,
    isIdle: () => relay.isIdle() && later.isIdle(),
  }
}
