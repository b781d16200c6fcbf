import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from './config.ts'
import { fields } from './config-fields.ts'

const shape = {
  port: fields.port(8003),
  payingLimitMs: fields.ms(120_000),
  mongoUrl: fields.mongoUrl(),
  calls: fields.oneOf(['http', 'events'], 'http'),
  checksAnswers: fields.flag(false),
  apiSecret: fields.secret(),
}
const good = { ORDER_MONGO_URL: 'mongodb://127.0.0.1:1/order', ORDER_API_SECRET: '0123456789abcdef' }
const faultOf = (env: Record<string, string>) => {
  try {
    loadConfig('ORDER', shape, env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('no fault was found')
}

describe('loadConfig', () => {
  it('takes defaults for what is absent or empty', () => {
    expect(loadConfig('ORDER', shape, { ...good, ORDER_PORT: '', USER_PORT: 'nonsense' })).toEqual({
      port: 8003,
      payingLimitMs: 120_000,
      mongoUrl: good.ORDER_MONGO_URL,
      calls: 'http',
      checksAnswers: false,
      apiSecret: good.ORDER_API_SECRET,
    })
  })

  it('takes some of several names, in an order of their own', () => {
    const some = { hosts: fields.someOf(['user', 'order', 'payment']) }
    const read = (text: string) => loadConfig('SHOP', some, { SHOP_HOSTS: text }).hosts
    expect(read('')).toEqual(['user', 'order', 'payment'])
    expect(read('order, user,order')).toEqual(['user', 'order'])
    for (const text of ['stock', 'order,', ',', 'order;user'])
      expect(() => read(text), text).toThrow(`SHOP_HOSTS  ${JSON.stringify(text)}  expected some of user,order,payment`)
  })

  it('never shows an optional secret either', () => {
    const optional = { cliSecret: fields.secret().optional() }
    const read = () => loadConfig('ORDER', optional, { ORDER_CLI_SECRET: 'hunter2' })
    expect(read).toThrow(/ORDER_CLI_SECRET .*at least 16 characters/)
    expect(read).not.toThrow(/hunter2/)
    expect(loadConfig('ORDER', optional, {})).toEqual({})
  })

  it('takes a broker by its URL, and never shows the password in it', () => {
    const broker = { amqpUrl: fields.amqpUrl().optional() }
    const read = (url: string) => loadConfig('ORDER', broker, { ORDER_AMQP_URL: url }).amqpUrl
    expect(read('amqps://toko:secret-password@broker:5671/shop')).toBe('amqps://toko:secret-password@broker:5671/shop')
    expect(() => read('http://toko:secret-password@broker')).toThrow(/amqp/)
    expect(() => read('http://toko:secret-password@broker')).not.toThrow(/secret-password/)
  })

  it.each([
    'mongodb://127.0.0.1:27017/order',
    'mongodb://a.example:27017,b.example:27017,c.example:27018/?replicaSet=toko',
    'mongodb://toko:p%40ss@a.example,[::1]:27017/order?replicaSet=toko',
    'mongodb+srv://toko:password@cluster.example/order',
  ])('takes a MongoDB by one host or by all members of its replica set: %s', (url) => {
    expect(loadConfig('ORDER', shape, { ...good, ORDER_MONGO_URL: url }).mongoUrl).toBe(url)
  })

  it.each([
    'mongo://toko:hunter2@a.example',
    'mongodb://toko:hunter2@a.example:27017,b.example:port/',
    'mongodb://toko:hunter2@a.example:99999/',
    'mongodb://toko:hunter2@a.example,,b.example/',
    'mongodb://toko:hunter2@/order',
    'mongodb+srv://toko:hunter2@a.example,b.example/',
  ])('refuses what is no address of a MongoDB, and never shows the password in it: %s', (url) => {
    const message = faultOf({ ...good, ORDER_MONGO_URL: url })
    expect(message).toMatch(/ORDER_MONGO_URL .*expected a mongodb:\/\/ URL/)
    expect(message).not.toContain('hunter2')
  })

  it('lists every fault in one message, and never shows a secret', () => {
    const message = faultOf({
      ORDER_PORT: '99999',
      ORDER_PAYING_LIMIT_MS: '2m',
      ORDER_CALLS: 'mail',
      ORDER_API_SECRET: 'too-short',
      ORDER_PROT: '1',
    })
    expect(message.split('\n')).toEqual([
      'order: invalid configuration',
      expect.stringMatching(/ORDER_PROT +unknown variable/),
      expect.stringMatching(/ORDER_PORT +"99999" +expected a port from 0 to 65535/),
      expect.stringMatching(/ORDER_PAYING_LIMIT_MS +"2m" +expected an integer of milliseconds/),
      expect.stringMatching(/ORDER_MONGO_URL +missing/),
      expect.stringMatching(/ORDER_CALLS +"mail" +expected one of http, events/),
      expect.stringMatching(/ORDER_API_SECRET +expected at least 16 characters/),
    ])
    expect(message).not.toContain('too-short')
  })

  it.each(['0x10', '1e3', '-1', ' 5', '1.5', '99999999999999999999'])('refuses %s as a duration', (value) => {
    expect(faultOf({ ...good, ORDER_PAYING_LIMIT_MS: value })).toContain('ORDER_PAYING_LIMIT_MS')
  })

  it('reads a value from a mounted file, and says when it cannot', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'toko-config-')), 'secret')
    writeFileSync(file, 'from-a-file-0123456\n')
    const { ORDER_API_SECRET: _, ...rest } = good
    expect(loadConfig('ORDER', shape, { ...rest, ORDER_API_SECRET_FILE: file }).apiSecret).toBe('from-a-file-0123456')
    expect(faultOf({ ...rest, ORDER_API_SECRET_FILE: '/nowhere' })).toContain("can't be read")
  })

  it('does not mind the variables that Kubernetes makes of Services', () => {
    const env = { ...good, ORDER_SERVICE_SERVICE_HOST: '10.0.0.1', ORDER_SERVICE_PORT_8003_TCP_ADDR: '10.0.0.1' }
    expect(loadConfig('ORDER', shape, env).port).toBe(8003)
  })
})
