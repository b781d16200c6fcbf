import type { Listener } from './ports.ts'
import type { Secrets } from './secrets.ts'
import type { ServiceName } from './service-names.ts'

export interface Surroundings {
  /** Of each service's balancer: no service knows a replica of another. */
  readonly urls: Readonly<Record<ServiceName, string>>
  readonly mongoUrl: string
  readonly amqpUrl: string
  readonly secrets: Secrets
}

export type Variables = Record<string, string>

const ownOf: Readonly<Record<ServiceName, (around: Surroundings) => Variables>> = {
  user: ({ urls, secrets }) => ({
    PUBLIC_URL: 'http://127.0.0.1:8000',
    ORDER_URL: urls.order,
    TO_ORDER_SECRET: secrets['user>order'],
    FROM_ORDER_SECRET: secrets['order>user'],
    FROM_PRODUCT_SECRET: secrets['product>user'],
    FROM_CLI_SECRET: secrets['cli>user'],
    KEY_SECRET: secrets['user.keySecret'],
  }),
  product: ({ urls, secrets }) => ({ JWKS_URL: jwksUrl(urls), FROM_ORDER_SECRET: secrets['order>product'] }),
  payment: ({ urls, secrets }) => ({
    JWKS_URL: jwksUrl(urls),
    FROM_ORDER_SECRET: secrets['order>payment'],
    WEBHOOK_URL: `${urls.order}/webhooks/payments/toko`,
    WEBHOOK_SECRET: secrets['payment.webhook'],
  }),
  order: ({ urls, secrets }) => ({
    JWKS_URL: jwksUrl(urls),
    PRODUCT_URL: urls.product,
    PAYMENT_URL: urls.payment,
    TO_PRODUCT_SECRET: secrets['order>product'],
    TO_PAYMENT_SECRET: secrets['order>payment'],
    FROM_USER_SECRET: secrets['user>order'],
    WEBHOOK_SECRET: secrets['payment.webhook'],
  }),
}

const jwksUrl = (urls: Surroundings['urls']) => `${urls.user}/.well-known/jwks.json`

/** Every variable that one replica needs, as a deployment would set it. */
export function serviceEnvironment(service: ServiceName, listener: Listener, around: Surroundings): Variables {
  const values = {
    ...portsOf(listener),
    MONGO_URL: around.mongoUrl,
    AMQP_URL: around.amqpUrl,
    ...ownOf[service](around),
  }
  return ofService(service, values)
}

export const portsOf = ({ port, adminPort }: Listener): Variables => ({
  PORT: String(port),
  ADMIN_PORT: String(adminPort),
})

export const ofService = (service: ServiceName, values: Variables): Variables =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${service.toUpperCase()}_${name}`, value]))
