import { orderEvents } from '@toko/contracts'
import { poisonOf, publishPoison } from '../../faults/support/poison.ts'
import type { Fault } from './fault.ts'
import { emptyDeadLetters, startRepublishing } from './broker-hand.ts'

const relaying = ['order', 'product'] as const

export const messageFaults: readonly Fault[] = [
  {
    name: 'poison-message',
    draw(random) {
      const poison = random.pick(poisonOf(orderEvents.placed, { v: 1 }).filter(({ name }) => name !== '1 MB'))
      return {
        detail: poison.name,
        truth: { service: 'product', operation: /order_placed.*process/, kind: 'message' },
        async inject(world) {
          await publishPoison(world.broker.url, orderEvents.placed, [poison])
          return () => emptyDeadLetters(world, 'product')
        },
      }
    },
  },
  {
    name: 'duplicate-delivery',
    draw: () => ({
      detail: 'every event of order and product',
      truth: { service: 'broker', kind: 'message' },
      sign: (seconds) => `sum(increase(toko_duplicates_dropped_total[${seconds}s]))`,
      inject: ({ broker }) => startRepublishing(broker.url, ['order.events', 'product.events']),
    }),
  },
  {
    name: 'lost-confirm',
    draw(random) {
      const service = random.pick(relaying)
      return {
        detail: `to ${service}`,
        truth: { service: 'broker', operation: /^publish/, kind: 'message' },
        watchMs: 30_000,
        async inject({ inside }) {
          await inside(service, { confirms: 'held' })
          return () => inside(service, { confirms: 'given' })
        },
      }
    },
  },
  {
    name: 'relay-stopped',
    draw(random) {
      const service = random.pick(relaying)
      return {
        detail: service,
        truth: { service, operation: /^outbox relay$/, kind: 'message' },
        watchMs: 30_000,
        async inject({ inside }) {
          await inside(service, { outbox: 'held' })
          return () => inside(service, { outbox: 'given' })
        },
      }
    },
  },
  {
    name: 'full-broker-disk',
    draw: () => ({
      detail: 'alarm of RabbitMQ',
      truth: { service: 'broker', operation: /^publish/, kind: 'disk' },
      async inject({ broker }) {
        await broker.control('set_disk_free_limit', '1000000000000000')
        return () => broker.control('set_disk_free_limit', '100MB')
      },
    }),
  },
]
