import { expect, it } from 'vitest'
import { laptopValues, serviceNamed } from './neighbours.ts'
import { here } from './pod-environment.ts'

const asked: string[] = []
const local = async (service: string, port: number) => {
  asked.push(`${service}:${port}`)
  return 40_000 + port
}

it('leads the callers of a service out of the cluster, and nobody else', () => {
  expect(laptopValues('order', '172.18.0.1')).toEqual({
    order: { replicas: 0 },
    user: {
      config: { orderUrl: 'http://172.18.0.1:8003' },
      networkPolicy: {
        egress: [{ to: [{ ipBlock: { cidr: '172.18.0.1/32' } }], ports: [{ port: 8003, protocol: 'TCP' }] }],
      },
    },
    payment: {
      config: { webhookUrl: 'http://172.18.0.1:8003/webhooks/payments/toko' },
      networkPolicy: {
        egress: [{ to: [{ ipBlock: { cidr: '172.18.0.1/32' } }], ports: [{ port: 8003, protocol: 'TCP' }] }],
      },
    },
    seed: { enabled: false },
  })
  expect(() => serviceNamed('basket')).toThrow('user, product, payment, order')
})

it.each([
  [
    'http://user-service:8001/.well-known/jwks.json',
    'http://127.0.0.1:48001/.well-known/jwks.json',
    'user-service:8001',
  ],
  [
    'mongodb://order:pw@order-mongodb-0.order-mongodb.toko-dev.svc:27017,order-mongodb-1.order-mongodb.toko-dev.svc:27017/order?replicaSet=rs0',
    'mongodb://order:pw@127.0.0.1:67017/order?directConnection=true',
    'order-mongodb:27017',
  ],
  [
    'mongodb://order:pw@order-mongodb/order?replicaSet=rs0',
    'mongodb://order:pw@127.0.0.1:67017/order?directConnection=true',
    'order-mongodb:27017',
  ],
  ['amqp://toko:pw@rabbitmq:5672/toko', 'amqp://toko:pw@127.0.0.1:45672/toko', 'rabbitmq:5672'],
])('reaches %s through a port of this machine', async (inCluster, onThisMachine, forwarded) => {
  asked.length = 0
  expect(await here(inCluster, local)).toBe(onThisMachine)
  expect(asked).toEqual([forwarded])
})

it.each(['0.0.0.0', 'rpc', 'mongodb://db.example.org/order', 'https://user.example.org/jwks', '9003'])(
  'leaves %s as it is',
  async (value) => {
    expect(await here(value, local)).toBe(value)
  },
)
