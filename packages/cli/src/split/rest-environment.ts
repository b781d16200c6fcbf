import type { Listeners } from './replica.ts'
import { ofService, portsOf, type Surroundings, type Variables } from './service-environment.ts'
import { serviceNames } from './service-names.ts'

interface RestSurroundings extends Omit<Surroundings, 'secrets'> {
  /** Holds the secrets, which services/all reads there itself. */
  readonly dataDir: string
  readonly adminPort: number
}

/** Every variable of the process that holds all services which are not split out. */
export function restEnvironment(listeners: Listeners, around: RestSurroundings): Variables {
  const here = serviceNames.filter((service) => listeners[service])
  const elsewhere = serviceNames.filter((service) => !listeners[service])
  return {
    TOKO_SERVICES: here.join(','),
    TOKO_DATA_DIR: around.dataDir,
    TOKO_ADMIN_PORT: String(around.adminPort),
    TOKO_MONGO_URL: around.mongoUrl,
    TOKO_AMQP_URL: around.amqpUrl,
    ...Object.fromEntries(elsewhere.map((service) => [`TOKO_${service.toUpperCase()}_URL`, around.urls[service]])),
    ...Object.fromEntries(here.flatMap((service) => Object.entries(ofService(service, portsOf(listeners[service]!))))),
  }
}
