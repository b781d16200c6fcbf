import type { MongodProgress } from '@toko/database'
import { createBus } from '@toko/messaging'
import {
  adminListener,
  composeParts,
  createLogger,
  createMetrics,
  type Environment,
  type Logger,
  type Part,
  type Service,
} from '@toko/runtime'
import { createHosted, type Hosted, type ServiceName } from './hosted.ts'
import { loadConfigs } from './load-configs.ts'
import { mongo } from './mongo.ts'
import { addressOf } from './service-environment.ts'
import { together } from './together.ts'

export interface Address {
  readonly name: ServiceName
  readonly url: string
  readonly adminUrl: string
}

export interface Shop extends Service {
  readonly log: Logger
  /** Where each service listens; known once the shop has started. */
  addresses(): Address[]
  /** True when nothing is under way in this process: no message, no outbox entry on its way. */
  isIdle(): boolean
}

interface ShopOptions {
  /** What a download of mongod tells. */
  readonly onProgress?: (progress: MongodProgress) => void
}

/**
 * The whole shop as one service, or those of its services that run here: mongod → bus → user, product, payment and
 * order, each on a port of its own with a database of its own, calling each other by address. Nothing is started yet.
 * @throws ConfigError with all faults of all services in one message
 */
export async function createShop(env: Environment, { onProgress = () => {} }: ShopOptions = {}): Promise<Shop> {
  const { config, configsWith } = await loadConfigs(env)
  const log = createLogger('all', config.logLevel)
  const metrics = createMetrics('all') // of the process and the bus; each service has its own beside it
  const database = mongo({ config, env, log, onProgress })
  const bus = createBus({ service: 'all', amqpUrl: config.amqpUrl, log, metrics })
  let hosted: Hosted | undefined
  let running: Part | undefined
  let isUp = false
  let addresses: Address[] = []

  const assertUp = () => {
    if (!isUp) throw new Error('the services are starting')
  }
  const services: Part = {
    name: 'services',
    async start() {
      const configs = configsWith(database.url())
      hosted = createHosted(configs, (name) => ({
        log: createLogger(name, configs[name]!.logLevel),
        metrics: createMetrics(name, { processMetrics: false }),
        bus,
      }))
      running = together('services', Object.values(hosted))
      await running.start?.()
      isUp = true
      addresses = Object.entries(hosted).map(([name, service]) => {
        const { host, adminHost } = configs[name as ServiceName]!
        const url = `http://${addressOf(host)}:${service.port()}`
        return { name: name as ServiceName, url, adminUrl: `http://${addressOf(adminHost)}:${service.adminPort()}` }
      })
    },
    drain: () => running?.drain?.(),
    stop: () => running?.stop?.(),
    ready() {
      assertUp()
      return running?.ready?.()
    },
  }
  const ready = composeParts('shop', [database, bus, services]).ready
  const admin = adminListener({
    service: 'all',
    host: config.host,
    port: config.adminPort === 0 ? 0 : config.adminPort + config.portOffset,
    metrics,
    ready: (excluded) => (excluded.has('database') ? assertUp() : ready?.()),
  })
  return {
    // The data folder's lock comes before any port, so that a second start is told about the folder.
    ...composeParts('all', [database, admin, bus, services]),
    log,
    addresses: () => addresses,
    isIdle: () => bus.idle() && Object.values(hosted ?? {}).every((service) => service.isIdle?.() ?? true),
  }
}
