import { expect, it } from 'vitest'
import { givenBroker, splitVariables } from './split-variables.ts'

it('are those of the services, without what the command decides', () => {
  const env = {
    ORDER_CALLS: 'events',
    ORDER_PORT: '0',
    USER_ADMIN_PORT: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    TOKO_ORDER_URL: 'http://127.0.0.1:1',
    TOKO_DATA_DIR: '/tmp/x',
    TOKO_AMQP_URL: 'amqp://127.0.0.1/',
    TOKO_LOG_LEVEL: 'warn',
    PAYMENT_LOG_LEVEL: 'debug',
    EMPTY: undefined,
  }
  expect(splitVariables(env)).toEqual({
    ORDER_CALLS: 'events',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    USER_LOG_LEVEL: 'warn',
    PRODUCT_LOG_LEVEL: 'warn',
    ORDER_LOG_LEVEL: 'warn',
    PAYMENT_LOG_LEVEL: 'debug',
  })
})

it.each(['TOKO_HOST', 'TOKO_MONGO_URL', 'TOKO_MONGO_PORT', 'TOKO_SERVICES'])(
  'refuse what only one process understands: %s',
  (name) => {
    expect(() => splitVariables({ [name]: 'x' })).toThrow(new RegExp(`^${name} is for the shop in one process; .+`))
    expect(splitVariables({ [name]: '' })[name]).toBe('')
  },
)

it('take a RabbitMQ that is there, the own variable first', () => {
  expect(givenBroker({})).toBeUndefined()
  expect(givenBroker({ AMQP_URL: 'amqp://a/' })).toBe('amqp://a/')
  expect(givenBroker({ AMQP_URL: 'amqp://a/', TOKO_AMQP_URL: 'amqp://b/' })).toBe('amqp://b/')
})
