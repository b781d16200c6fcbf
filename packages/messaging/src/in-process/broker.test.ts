import { describe, expect, it } from 'vitest'
import { createBroker } from './broker.ts'
import type { Queue } from './queue-port.ts'

describe('broker', () => {
  const names = (queues: readonly Queue[]) => queues.map(({ name }) => name)
  const create = () => createBroker((name) => ({ name, remove: () => {} }) as Queue)

  it('routes a message into a queue once, however many bindings match', () => {
    const broker = create()
    broker.declare('q', 'q', 'order.events', 'order.*')
    broker.declare('q', 'q', 'order.events', '#')
    broker.declare('other', 'other', 'order.events', 'order.placed')
    expect(names(broker.route('order.events', 'order.placed'))).toEqual(['q', 'other'])
    expect(names(broker.route('product.events', 'order.placed'))).toEqual([])
  })

  it('declares a queue once and deletes it with all its bindings', () => {
    const broker = create()
    const first = broker.declare('q', 'q', 'order.events', 'a')
    expect(broker.declare('q', 'q', 'order.events', 'b')).toBe(first)
    broker.delete('q')
    broker.delete('q')
    expect([broker.queue('q'), broker.route('order.events', 'a'), broker.route('order.events', 'b')]).toEqual([
      undefined,
      [],
      [],
    ])
  })
})
