import type { ConfigOf } from './config.ts'
import { fields } from './config-fields.ts'

/** Variables that every service has, e.g. ORDER_PORT and ORDER_ADMIN_PORT; spread them into the service's own shape. */
export const serviceFields = (defaults: {
  readonly name: string
  readonly port: number
  readonly adminPort: number
}) => ({
  host: fields.text('127.0.0.1'),
  port: fields.port(defaults.port),
  adminHost: fields.text('127.0.0.1'),
  adminPort: fields.port(defaults.adminPort),
  logLevel: fields.oneOf(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
  /** Exact number of proxies in front: whose X-Forwarded-For is believed. */
  trustedProxies: fields.count(0, { min: 0, max: 10 }),
  maxInFlight: fields.count(250),
  maxLoopDelayMs: fields.ms(100),
  /** Each route may take its own time times this: more than 1 on a machine that is slower than those it was measured on. */
  budgetFactor: fields.count(1, { min: 1, max: 30 }),
  /** RabbitMQ, for a service in a process of its own; without it the bus stays inside the process. */
  amqpUrl: fields.amqpUrl().optional(),
  mongoUrl: fields.mongoUrl(),
  /** Each service has a database of its own, by default with its name. */
  mongoDatabase: fields.text(defaults.name),
  mongoPoolSize: fields.count(20, { max: 500 }),
  /** Limit of one database operation within a request. */
  mongoTimeoutMs: fields.ms(1000),
  /** Development and tests: an answer that its declaration doesn't allow becomes a 500. */
  checksAnswers: fields.flag(false),
})

/** Values of the variables that every service has. */
export type ServiceConfig = ConfigOf<ReturnType<typeof serviceFields>>
