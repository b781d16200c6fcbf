import { type Environment, variableName } from '@toko/runtime'
import { Failure } from '../io/failure.ts'
import { inheritedEnvironment } from '../shop/inherited-environment.ts'
import { serviceNames } from '../split/service-names.ts'

/** Of the shop in one process; the split one has another for each service, or an option. */
const ofOneProcess: Readonly<Record<string, string>> = {
  TOKO_HOST: 'every process listens on 127.0.0.1',
  TOKO_MONGO_URL: 'set USER_MONGO_URL, PRODUCT_MONGO_URL, ORDER_MONGO_URL and PAYMENT_MONGO_URL',
  TOKO_MONGO_PORT: 'each process has a mongod on a free port',
  TOKO_SERVICES: 'name the services behind --split',
}

/** Read by this command, which gives each process what follows from them. */
const readHere: ReadonlySet<string> = new Set([
  'TOKO_DATA_DIR',
  'TOKO_PORT_OFFSET',
  'TOKO_ADMIN_PORT',
  'TOKO_AMQP_URL',
  'TOKO_LOG_LEVEL',
  'TOKO_CACHE',
  'TOKO_DOWNLOADS',
  ...serviceNames.flatMap((name) => ['port', 'adminPort'].map((key) => variableName(name.toUpperCase(), key))),
])

/**
 * Variables of the services of a split shop, from the environment of this command: all but those that the command reads
 * itself. @throws Failure for one that only the shop in one process knows
 */
export function splitVariables(env: Environment): Record<string, string> {
  for (const [name, advice] of Object.entries(ofOneProcess))
    if (env[name]) throw new Failure(`${name} is for the shop in one process; with --split ${advice}`)
  const level = env['TOKO_LOG_LEVEL']
  return {
    ...(level ? Object.fromEntries(serviceNames.map((name) => [`${name.toUpperCase()}_LOG_LEVEL`, level])) : {}),
    ...Object.fromEntries(Object.entries(inheritedEnvironment(env)).filter(([name]) => !readHere.has(name))),
  }
}

/** A RabbitMQ that is there. */
export const givenBroker = (env: Environment): string | undefined =>
  env['TOKO_AMQP_URL'] || env['AMQP_URL'] || undefined
