import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Configs } from '../src/hosted.ts'
import { loadConfigs } from '../src/load-configs.ts'

let dataDir: string
beforeEach(() => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'toko-config-')), 'data')
})
afterEach(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }))

const load = async (env: Record<string, string> = {}) => {
  const loaded = await loadConfigs({ TOKO_DATA_DIR: dataDir, ...env })
  return { ...loaded, configs: loaded.configsWith('mongodb://127.0.0.1:27017/') as Required<Configs> }
}
const faultsOf = (env: Record<string, string>) =>
  load(env).then(
    () => [],
    (error: Error) => error.message.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' ')),
  )

describe('configuration of the single process', () => {
  it('needs no variable: the services know each other', async () => {
    const { configs } = await load()
    const { user, product, order, payment } = configs
    expect([user, product, order, payment].map(({ port }) => port)).toEqual([8001, 8002, 8003, 8004])
    expect([user, product, order, payment].map(({ adminPort }) => adminPort)).toEqual([9001, 9002, 9003, 9004])
    expect([user, product, order, payment].map(({ mongoDatabase }) => mongoDatabase)).toEqual([
      'user',
      'product',
      'order',
      'payment',
    ])
    expect(order).toMatchObject({ productUrl: 'http://127.0.0.1:8002', paymentUrl: 'http://127.0.0.1:8004' })
    expect(payment.webhookUrl).toBe('http://127.0.0.1:8003/webhooks/payments/toko')
    for (const { jwksUrl } of [product, order, payment])
      expect(jwksUrl).toBe('http://127.0.0.1:8001/.well-known/jwks.json')
  })

  it('gives both ends of an edge one secret, every edge another', async () => {
    const { user, product, order, payment } = (await load()).configs
    expect(order.toProductSecret).toBe(product.fromOrderSecret)
    expect(order.toPaymentSecret).toBe(payment.fromOrderSecret)
    expect(user.toOrderSecret).toBe(order.fromUserSecret)
    expect(payment.webhookSecret).toBe(order.webhookSecret)
    const edges = [
      order.toProductSecret,
      order.toPaymentSecret,
      user.toOrderSecret,
      payment.webhookSecret,
      user.keySecret,
    ]
    expect(new Set(edges).size).toBe(edges.length)
    for (const secret of edges) expect(secret).toMatch(/^[\w-]{43}$/)
  })

  it('keeps secrets for the next start, for its owner alone', async () => {
    const first = (await load()).configs
    expect((await load()).configs).toEqual(first)
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('two first starts at once agree on the secrets', async () => {
    const loaded = await Promise.all(Array.from({ length: 5 }, () => load()))
    for (const { configs } of loaded) expect(configs.user.keySecret).toBe(loaded[0]!.configs.user.keySecret)
  })

  it('makes up only what is missing in an older file', async () => {
    await load()
    const file = join(dataDir, 'secrets.json')
    const {
      'user.keySecret': kept,
      'order>product': _,
      ...rest
    } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
    writeFileSync(file, JSON.stringify({ ...rest, 'user.keySecret': kept }))
    const { user, order, product } = (await load()).configs
    expect(user.keySecret).toBe(kept)
    expect(order.toProductSecret).toBe(product.fromOrderSecret)
  })

  it('tells of a damaged file of secrets, and leaves it', async () => {
    await load()
    writeFileSync(join(dataDir, 'secrets.json'), '{"user.keySecret":')
    await expect(load()).rejects.toThrow(/secrets\.json is damaged: mend it/)
  })

  it('lets the real environment win, on both ends of an edge', async () => {
    const secret = 'a secret that somebody chose'
    const { order, product, payment } = (
      await load({
        ORDER_TO_PRODUCT_SECRET: secret,
        ORDER_PAYMENT_URL: 'http://payment-service:8004',
        PRODUCT_PORT: '9999',
        PAYMENT_LOG_LEVEL: 'debug',
        PAYMENT_MONGO_URL: 'mongodb://elsewhere/',
        TOKO_LOG_LEVEL: 'warn',
      })
    ).configs
    expect([order.toProductSecret, product.fromOrderSecret]).toEqual([secret, secret])
    expect(order).toMatchObject({ paymentUrl: 'http://payment-service:8004', productUrl: 'http://127.0.0.1:9999' })
    expect([order.logLevel, payment.logLevel]).toEqual(['warn', 'debug'])
    expect(payment.mongoUrl).toBe('mongodb://elsewhere/')
  })

  it('takes a value from a mounted file', async () => {
    await load()
    const file = join(dataDir, 'order-secret')
    writeFileSync(file, 'a secret from a mounted file, long enough\n')
    expect((await load({ USER_KEY_SECRET_FILE: file, ORDER_LOG_LEVEL: 'warn' })).configs.user.keySecret).toBe(
      'a secret from a mounted file, long enough',
    )
  })

  it('shifts every port by the offset, and turns 0 into a free one that the others know', async () => {
    const { user, order, product } = (await load({ TOKO_PORT_OFFSET: '100', PRODUCT_PORT: '0' })).configs
    expect([user.port, user.adminPort, order.port]).toEqual([8101, 9101, 8103])
    expect(product.port).toBeGreaterThan(0)
    expect(order.productUrl).toBe(`http://127.0.0.1:${product.port}`)
  })

  it('tells all faults of all services in one message, and writes nothing', async () => {
    const faults = await faultsOf({
      TOKO_LOG_LEVEL: 'loud',
      USER_FROM_ORDER_SECRET: 'short',
      PRODUCT_LOW_STOCK: '-1',
      ORDER_PORT: 'x',
      ORDER_NO_SUCH_THING: '1',
      PAYMENT_JWKS_URL: 'nowhere',
    })
    expect(faults).toEqual([
      'toko: invalid configuration',
      'TOKO_LOG_LEVEL "loud" expected one of silent, fatal, error, warn, info, debug, trace',
      'user: invalid configuration',
      'USER_FROM_ORDER_SECRET expected at least 16 characters',
      'product: invalid configuration',
      'PRODUCT_LOW_STOCK "-1" expected an integer from 1 to 1000000000',
      'payment: invalid configuration',
      'PAYMENT_JWKS_URL "nowhere" expected an http(s) URL',
      'order: invalid configuration',
      'ORDER_NO_SUCH_THING unknown variable',
      'ORDER_PORT "x" expected a port from 0 to 65535',
    ])
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined()
  })
})

describe('a process that hosts some of the services', () => {
  const elsewhere = {
    TOKO_SERVICES: 'order, user,payment',
    TOKO_PRODUCT_URL: 'http://product-service:8002/',
    TOKO_AMQP_URL: 'amqp://rabbitmq/',
  }

  it('configures those alone, and tells them where the others are', async () => {
    const { config, configs } = await load({ ...elsewhere, PRODUCT_NONSENSE: '1' })
    expect(config.services).toEqual(['user', 'payment', 'order'])
    expect(Object.keys(configs)).toEqual(['user', 'payment', 'order'])
    expect(configs.order).toMatchObject({
      port: 8003,
      productUrl: 'http://product-service:8002',
      paymentUrl: 'http://127.0.0.1:8004',
      jwksUrl: 'http://127.0.0.1:8001/.well-known/jwks.json',
    })
  })

  it('follows the key set and the webhooks to where user and order are', async () => {
    const urls = { TOKO_USER_URL: 'http://user-service:8001', TOKO_ORDER_URL: 'http://order-service:8003' }
    const { payment, product } = (await load({ ...urls, TOKO_SERVICES: 'payment,product', TOKO_AMQP_URL: 'amqp://b/' }))
      .configs
    for (const { jwksUrl } of [payment, product]) expect(jwksUrl).toBe('http://user-service:8001/.well-known/jwks.json')
    expect(payment.webhookUrl).toBe('http://order-service:8003/webhooks/payments/toko')
  })

  it("takes a service's own variable for an address, too", async () => {
    const { TOKO_PRODUCT_URL: _, ...rest } = elsewhere
    const { order } = (await load({ ...rest, ORDER_PRODUCT_URL: 'http://127.0.0.1:18002' })).configs
    expect(order.productUrl).toBe('http://127.0.0.1:18002')
  })

  it('shares the secrets of the data folder with those elsewhere', async () => {
    const single = (await load()).configs
    const { order } = (await load(elsewhere)).configs
    expect(order.toProductSecret).toBe(single.product.fromOrderSecret)
  })

  it.each([
    [{ TOKO_SERVICES: 'user,stock' }, ['TOKO_SERVICES "user,stock" expected some of user,product,payment,order']],
    [{ TOKO_SERVICES: ',' }, ['TOKO_SERVICES "," expected some of user,product,payment,order']],
    [
      { ...elsewhere, TOKO_PRODUCT_URL: '' },
      ['TOKO_PRODUCT_URL missing: product runs elsewhere, and order must reach it'],
    ],
    [
      { TOKO_SERVICES: 'payment', TOKO_AMQP_URL: 'amqp://b/' },
      [
        'TOKO_USER_URL missing: user runs elsewhere, and payment must reach it',
        'TOKO_ORDER_URL missing: order runs elsewhere, and payment must reach it',
      ],
    ],
    [
      { ...elsewhere, TOKO_AMQP_URL: '' },
      ['TOKO_AMQP_URL missing: RabbitMQ carries messages between the services here and elsewhere'],
    ],
    [{ TOKO_PRODUCT_URL: 'http://127.0.0.1:1' }, ['TOKO_PRODUCT_URL product runs here, as TOKO_SERVICES says']],
  ])('is told what is wrong with the division, once: %j', async (env, faults) => {
    expect(await faultsOf(env)).toEqual(['toko: invalid configuration', ...faults])
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined()
  })
})
