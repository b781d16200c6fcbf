import { type ConfigOf, fields } from '@toko/runtime'
import { serviceNames } from './hosted.ts'

/** TOKO_* variables of the process. Each service keeps its own beside them: USER_*, PRODUCT_*, ORDER_*, PAYMENT_*. */
export const shopConfig = {
  /** The services that run here; the others run elsewhere, and RabbitMQ is between them. */
  services: fields.someOf(serviceNames),
  /** Base URLs of the services that run elsewhere. */
  userUrl: fields.httpUrl().optional(),
  productUrl: fields.httpUrl().optional(),
  paymentUrl: fields.httpUrl().optional(),
  orderUrl: fields.httpUrl().optional(),
  /** Of every listener, unless a service's own variable says otherwise. */
  host: fields.text('127.0.0.1'),
  /** Added to every default port, so that a second shop can run beside the first. */
  portOffset: fields.count(0, { min: 0, max: 50_000 }),
  /** Metrics of the process and the bus, readiness of the whole. 9000 is the storefront's. */
  adminPort: fields.port(9010),
  /** Databases, secrets, accounts and logs. */
  dataDir: fields.text('.toko'),
  /** Where a downloaded mongod is kept; empty: the user's cache folder. */
  cache: fields.text(''),
  /** false: use a mongod that is here, never download one. */
  downloads: fields.flag(true),
  /** A MongoDB to use in place of the embedded one. */
  mongoUrl: fields.mongoUrl().optional(),
  /** RabbitMQ in place of the bus inside the process: when some services run elsewhere. */
  amqpUrl: fields.amqpUrl().optional(),
  /** Port of the embedded mongod; 0 takes a free one. */
  mongoPort: fields.port(0),
  logLevel: fields.oneOf(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
}
export type ShopConfig = ConfigOf<typeof shopConfig>
