import { execFile } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  connect,
  type Observatory,
  type PublicPorts,
  seedAccounts,
  type ServiceName,
  serviceNames,
  type ShopConnection,
  type SplitShop,
  startObservatory,
  startSplitShop,
} from '@toko/cli'
import { type PrivateBroker, startPrivateBroker } from '@toko/messaging'
import { freePorts } from '@toko/testkit'
import { type MongoProxy, startMongoProxy } from '../../faults/support/mongo-proxy.ts'
import { impatient, unhurried } from '../../faults/support/settings.ts'
import { startTcpProxy, type TcpProxy } from '../../faults/support/tcp-proxy.ts'

/** The way from a service to its database. */
export interface DatabaseWay {
  readonly port: number
  /** Slows answers. */
  readonly proxy: MongoProxy
  /** Refuses or swallows. */
  readonly cable: TcpProxy
}

/** The split shop as it is observed, with a hand on every way between its parts. */
export interface ExerciseShop {
  readonly shop: SplitShop
  readonly connection: ShopConnection
  readonly broker: PrivateBroker
  readonly observatory: Observatory
  /** From the order service to its neighbours. */
  readonly neighbours: Readonly<Record<'product' | 'payment', TcpProxy>>
  readonly databases: Readonly<Record<ServiceName, DatabaseWay>>
  /** Starts the service anew with these variables beside its own; ready when it resolves. */
  redeploy(service: ServiceName, variables?: Readonly<Record<string, string>>): Promise<void>
  /** Sets its variables for its next starts, and leaves it alone. */
  configure(service: ServiceName, variables: Readonly<Record<string, string>>): void
  /** A message to the preload in its process; resolves with what it answers. */
  inside(service: ServiceName, message: object): Promise<unknown>
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Collector, Jaeger, Prometheus with the rules of the exercise's pace, RabbitMQ, four mongods and four services. */
export async function startExerciseShop(folder: string, stopping: AbortSignal): Promise<ExerciseShop> {
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of undo.splice(0).toReversed()) await end()
  }
  try {
    const free = await freePorts(2 * serviceNames.length + 2)
    const ports: PublicPorts = {
      services: Object.fromEntries(
        serviceNames.map((name, n) => [name, { port: free[2 * n]!, adminPort: free[2 * n + 1]! }]),
      ) as PublicPorts['services'],
      adminPort: free.at(-1)!,
    }
    const brokerMetrics = free.at(-2)!
    const broker = await startObservedBroker(join(folder, 'broker'), brokerMetrics)
    undo.push(() => broker.stop())
    const observatory = await startObservatory({
      shop: ports,
      pace: { rules: await rules() },
      scraping: { scrapeSeconds: 1, evaluateSeconds: 1, others: { rabbitmq: [brokerMetrics] } },
      stopping,
    })
    undo.push(() => observatory.stop())
    const neighbours = {
      product: await startTcpProxy(ports.services.product.port),
      payment: await startTcpProxy(ports.services.payment.port),
    }
    undo.push(() => Promise.all(Object.values(neighbours).map((way) => way.stop())))

    const variables: Record<string, Record<string, string>> = {}
    const configure: ExerciseShop['configure'] = (service, own) => void (variables[service] = { ...own })
    const ways: Record<string, Record<string, string>> = {
      order: {
        ORDER_PRODUCT_URL: neighbours.product.via('http://product-service'),
        ORDER_PAYMENT_URL: neighbours.payment.via('http://payment-service'),
      },
    }
    const shop = await startSplitShop({
      folder: join(folder, 'shop'),
      ports,
      stopping,
      amqpUrl: broker.url,
      preloads: [fileURLToPath(new URL('../inside/switchboard.ts', import.meta.url))],
      env: {
        ...impatient,
        ORDER_STOCK_CALL_MS: '2000', // one exercise leaves nothing to the next
        ...unhurried,
        OTEL_EXPORTER_OTLP_ENDPOINT: observatory.urls.otlp,
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
      envOf: (service) => ({ ...ways[service], ...variables[service] }),
    })
    undo.push(() => shop.stop(5000))
    const databases = {} as Record<ServiceName, DatabaseWay>
    for (const service of serviceNames) {
      const port = Number(new URL(shop.mongods[service].url()).port)
      const cable = await startTcpProxy(port)
      const proxy = await startMongoProxy(Number(new URL(cable.via('http://127.0.0.1')).port))
      databases[service] = { port, cable, proxy }
      ways[service] = { ...ways[service], [`${service.toUpperCase()}_MONGO_URL`]: proxy.url }
      undo.push(async () => void (await Promise.all([proxy.stop(), cable.stop()])))
    }
    const replicaOf = (service: ServiceName) => shop.replicas.find((each) => each.service === service)!
    const restart = async (service: ServiceName, signal: NodeJS.Signals) => {
      const replica = replicaOf(service)
      const before = replica.exits.length
      replica.kill(signal)
      while (replica.exits.length === before) await sleep(20)
      await replica.whenReady(60_000)
    }
    // What lies between them and their databases was not there at their first start.
    await Promise.all(serviceNames.map(async (service) => restart(service, 'SIGKILL')))

    const { user, product, order, payment } = shop.urls
    const connection = connect(
      { userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment },
      shop.folder,
    )
    undo.push(() => connection.close())
    await seedAccounts(connection, shop.folder)
    return {
      shop,
      connection,
      broker,
      observatory,
      neighbours,
      databases,
      configure,
      async redeploy(service, own = {}) {
        configure(service, own)
        await restart(service, 'SIGTERM')
      },
      inside: (service, message) => replicaOf(service).ask(message),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The rules at the exercise's pace, which are not committed. */
async function rules(): Promise<string> {
  const main = join(root, 'packages/observability/src/main.ts')
  return (await promisify(execFile)(process.execPath, [main, '--rules', 'exercise'])).stdout
}

/** RabbitMQ with the plugin that tells Prometheus of it. */
async function startObservedBroker(folder: string, metricsPort: number): Promise<PrivateBroker> {
  const broker = await startPrivateBroker({ folder, env: process.env })
  try {
    writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_prometheus].\n')
    appendFileSync(
      join(folder, 'rabbitmq.conf'),
      `prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metricsPort}\n`,
    )
    await broker.restart()
    return broker
  } catch (error) {
    await broker.stop()
    throw error
  }
}
