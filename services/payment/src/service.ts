import { buildIndexes, collectionOf, outboxRelay, translateDatabaseError, serviceDatabase } from '@toko/database'
import {
  type Express,
  fetchedKeys,
  type JWTVerifyGetKey,
  remoteKeys,
  serviceHttp,
  serviceVerifier,
  userVerifier,
} from '@toko/http'
import type { Bus } from '@toko/messaging'
import { rpcServer } from '@toko/rpc'
import { type Clock, composeParts, type Logger, type Metrics, type Service, systemClock } from '@toko/runtime'
import type { PaymentConfig } from './config.ts'
import type { Effect } from './domain/payment.ts'
import { makeAuthorisePayment } from './features/authorise-payment.ts'
import { makeCapturePayment } from './features/capture-payment.ts'
import { makeExportLedger, makeSelectLedger } from './features/export-ledger.ts'
import { makeFaultSwitches } from './features/fault-switches.ts'
import { makeQueryPayment } from './features/query-payment.ts'
import { makeRefundPayment } from './features/refund-payment.ts'
import { makeSettlePayments } from './features/settle-payments.ts'
import { makeVoidPayment } from './features/void-payment.ts'
import { paymentApi, routesOf } from './routes.ts'
import { heldRequests } from './routes/held-requests.ts'
import { dueLoop } from './service/due-loop.ts'
import { observers } from './service/observers.ts'
import { webhooks } from './service/webhooks.ts'
import { mongoDeliveryStore } from './store/mongo-delivery-store.ts'
import { mongoFaultStore } from './store/mongo-fault-store.ts'
import { mongoLedgerStore } from './store/mongo-ledger-store.ts'
import { mongoPaymentStore } from './store/mongo-payment-store.ts'
import { type PaymentDocument, paymentModels, paymentValidator } from './store/models.ts'

interface PaymentDeps {
  readonly log: Logger
  readonly metrics: Metrics
  /** Shared by the process and owned by it. */
  readonly bus: Bus
  readonly clock?: Clock
  /** In place of the user service's key set. */
  readonly userKeys?: JWTVerifyGetKey
}

export interface PaymentService extends Service {
  readonly app: Express
  port(): number
  adminPort(): number
}

/** The provider as one part: give it a configuration, start it, stop it. */
export function createPaymentService(config: PaymentConfig, deps: PaymentDeps): PaymentService {
  const { log, metrics, bus, clock = systemClock } = deps
  const db = serviceDatabase('payment', config, { log, metrics })
  const models = paymentModels(db.connection)
  const payments = collectionOf(models.payments)
  const deliveries = mongoDeliveryStore(models.deliveries)
  const observe = observers(metrics, log, deliveries)
  const store = mongoPaymentStore(models.payments, written)
  const faults = observe.counted(
    makeFaultSwitches({ store: mongoFaultStore(models.faults), cacheMs: config.faultCacheMs, random: Math.random }),
  )
  const outgoing = webhooks(config, { deliveries, faults, clock, log, metrics, onOutcome: observe.webhook })
  const relay = outboxRelay({
    service: 'payment',
    collections: [payments],
    publish: outgoing.publish,
    log,
    metrics,
    clock,
  })
  const settle = makeSettlePayments({
    store,
    clock,
    longestWaitMs: Math.max(config.processingMs, config.lateApprovalMs),
  })
  const settlement = dueLoop({ name: 'payment settlement', everyMs: 1000, log, run: settle, maxRuns: 1 })

  function written(document: PaymentDocument, effects: readonly Effect[]): void {
    for (const effect of effects) observe.effect(effect)
    relay.nudge(payments, document)
    if (document.settlesAt) settlement.wakeIn(document.settlesAt.getTime() - clock.now())
  }

  const held = heldRequests(log)
  const routes = routesOf({
    authorisePayment: makeAuthorisePayment({ store, clock, timings: config }),
    voidPayment: makeVoidPayment({ store, clock }),
    capturePayment: makeCapturePayment({ store, clock }),
    refundPayment: makeRefundPayment({ store, clock }),
    queryPayment: makeQueryPayment(store),
    exportLedger: makeExportLedger(store),
    selectLedger: makeSelectLedger(mongoLedgerStore(models.payments)),
    faults,
    held,
    deadLetters: { letters: bus.deadLetters('payment'), log },
  })
  const userKeys = deps.userKeys ?? remoteKeys(config.jwksUrl)
  const serving = {
    routes,
    verifiers: {
      service: serviceVerifier('payment', { order: config.fromOrderSecret }),
      user: userVerifier(userKeys),
    },
    translators: [translateDatabaseError],
    log,
    metrics,
  }
  const http = serviceHttp('payment', config, { ...serving, openapi: paymentApi, ready: () => parts.ready?.() })
  const { checksAnswers, budgetFactor } = config
  const rpc = rpcServer({ ...serving, service: 'payment', bus, checksAnswers, budgetFactor })
  const indexes = {
    name: 'payment indexes',
    start: () =>
      buildIndexes([
        { model: models.payments, validator: paymentValidator },
        { model: models.deliveries },
        { model: models.faults },
      ]),
  }
  // `held` comes last: it lets silent requests go before listener and methods wait for them.
  const parts = composeParts('payment', [
    http.admin,
    db,
    indexes,
    fetchedKeys(userKeys),
    ...outgoing.parts,
    relay,
    settlement,
    rpc,
    http.listener,
    held,
  ])
  return { ...parts, app: http.app, port: http.port, adminPort: http.adminPort }
}
