import { buildIndexes, collectionOf, outboxRelay, translateDatabaseError, serviceDatabase } from '@toko/database'
import { type Express, type JWTVerifyGetKey, type Route, serviceVerifier, userVerifier, serviceHttp } from '@toko/http'
import { type Bus, eventHandlers } from '@toko/messaging'
import { rpcServer } from '@toko/rpc'
import {
  type Clock,
  composeParts,
  type Logger,
  type Metrics,
  type Part,
  repeat,
  type Service,
  systemClock,
} from '@toko/runtime'
import { argon2Passwords } from './clients/argon2-passwords.ts'
import { keyRing } from './clients/key-ring.ts'
import { mailboxTransport, smtpTransport } from './clients/mail-transports.ts'
import { mailWorker } from './clients/mail-worker.ts'
import { remoteOpenOrders } from './clients/remote-open-orders.ts'
import { secretBox } from './clients/secret-box.ts'
import type { UserConfig } from './config.ts'
import { userEventHandlers } from './events.ts'
import type { Context } from './features/context.ts'
import { anonymiseAccounts } from './features/delete-account.ts'
import { deliverMails } from './features/deliver-mails.ts'
import { takeNote } from './features/take-note.ts'
import { userApi, userServiceRoutes } from './routes.ts'
import { limitsOf } from './service/limits-of.ts'
import { orderClient } from './service/order-client.ts'
import { userCounters } from './service/user-counters.ts'
import { userModels } from './store/models.ts'
import { mongoAuditStore } from './store/mongo-audit-store.ts'
import { mongoKeyStore } from './store/mongo-key-store.ts'
import { mongoMailStore } from './store/mongo-mail-store.ts'
import { mongoSessionStore } from './store/mongo-session-store.ts'
import { mongoThrottleStore } from './store/mongo-throttle-store.ts'
import { mongoTokenStore } from './store/mongo-token-store.ts'
import { mongoUserStore } from './store/mongo-user-store.ts'
import { noteOf } from './store/notes.ts'

export interface UserDeps {
  readonly log: Logger
  readonly metrics: Metrics
  /** Shared by the process and owned by it. */
  readonly bus: Bus
  readonly clock?: Clock
  /** Tests: a key set in place of the service's own. */
  readonly userKeys?: JWTVerifyGetKey
}

export interface UserService extends Service {
  readonly app: Express
  readonly routes: readonly Route[]
  /** Makes and drops signing keys now as their age says; a timer does it every minute. */
  rotateKeys(): Promise<void>
  port(): number
  adminPort(): number
  /** True when nothing is under way in this process. */
  isIdle(): boolean
}

/** Wires the user service: the only place where its parts meet. */
export function createUserService(config: UserConfig, deps: UserDeps): UserService {
  const { log, metrics, bus, clock = systemClock } = deps
  const db = serviceDatabase('user', config, { log, metrics })
  const models = userModels(db.connection)
  const [users, sessions] = [collectionOf(models.users), collectionOf(models.sessions)]
  const secrets = secretBox(config.keySecret)
  const limits = limitsOf(config)
  const orders = orderClient(config, { bus, log, metrics })
  const relay = outboxRelay({
    service: 'user',
    collections: [users, sessions],
    publish: (entry) => takeNote(context, noteOf(entry)),
    slowPathMs: config.outboxSlowPathMs,
    clock,
    log,
    metrics,
  })
  const keys = keyRing({
    keys: mongoKeyStore(collectionOf(models.keys)),
    limits: { ...limits, keyCheckMs: config.keyCheckMs },
    secrets,
    clock,
    log,
  })
  const transport = config.smtpUrl === undefined ? mailboxTransport : smtpTransport(config.smtpUrl, config.mailFrom)
  if (transport.isMailbox) log.info('no USER_SMTP_URL: mails stay in the mailbox, where staff can read their links')
  const report = (error: unknown) => log.warn({ err: error }, 'work for an account failed; it is tried again')
  const mailer = mailWorker({
    everyMs: config.mailSweepMs,
    log,
    deliver: (stopping) => deliverMails(context, stopping, report),
  })
  const context: Context = {
    users: mongoUserStore(users, relay, clock),
    sessions: mongoSessionStore(sessions, relay, clock),
    tokens: mongoTokenStore(collectionOf(models.tokens), clock),
    throttles: mongoThrottleStore(collectionOf(models.throttles), clock),
    mails: mongoMailStore(collectionOf(models.mails), clock),
    audits: mongoAuditStore(collectionOf(models.audits)),
    passwords: argon2Passwords({ maxWaiting: config.hashQueue, metrics }),
    secrets,
    accessTokens: keys,
    openOrders: remoteOpenOrders(orders),
    transport,
    clock,
    limits,
    publicUrl: config.publicUrl,
    kickMails: mailer.kick,
    count: userCounters(metrics),
  }

  const verify = userVerifier(deps.userKeys ?? keys.verificationKey)
  const deadLetters = { letters: bus.deadLetters('user'), log }
  const routes = userServiceRoutes(context, verify, { hasMailbox: transport.isMailbox, deadLetters })
  const serving = {
    routes,
    verifiers: {
      user: verify,
      service: serviceVerifier('user', {
        order: config.fromOrderSecret,
        product: config.fromProductSecret,
        ...(config.fromCliSecret === undefined ? {} : { cli: config.fromCliSecret }),
      }),
    },
    translators: [translateDatabaseError],
    log,
    metrics,
  }
  const http = serviceHttp('user', config, { ...serving, openapi: userApi, ready: () => db.ready?.() })
  const { checksAnswers, budgetFactor } = config
  const rpc = rpcServer({ ...serving, service: 'user', bus, checksAnswers, budgetFactor })
  const indexes: Part = {
    name: 'user indexes',
    start: () => buildIndexes(Object.values(models).map((model) => ({ model }))),
  }
  const sweeper = repeat({
    name: 'account sweeper',
    everyMs: config.sweepEveryMs,
    log,
    run: (stopping) => anonymiseAccounts(context, stopping, report),
  })
  const follower = eventHandlers(bus, 'user', userEventHandlers(context))
  const parts = [http.admin, db, indexes, keys, orders, transport, mailer, relay, sweeper, follower, rpc, http.listener]
  return {
    ...composeParts('user', parts),
    app: http.app,
    routes,
    rotateKeys: keys.rotate,
    port: http.port,
    adminPort: http.adminPort,
    isIdle: () => relay.isIdle() && mailer.isIdle(),
  }
}
