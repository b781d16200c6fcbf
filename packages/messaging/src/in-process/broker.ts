import { topicMatches } from '../topic.ts'
import type { Queue } from './queue-port.ts'

interface Binding {
  readonly exchange: string
  readonly pattern: string
  readonly queue: Queue
}

export type Broker = ReturnType<typeof createBroker>

/** Topic exchanges, bindings and queues, as a broker keeps them: queues outlive their consumers. */
export function createBroker(createQueue: (name: string, label: string) => Queue) {
  const queues = new Map<string, Queue>()
  const bindings: Binding[] = []
  return {
    /** The queue of this name, bound; declaring it again changes nothing. */
    declare(name: string, label: string, exchange: string, pattern: string): Queue {
      const queue = queues.get(name) ?? createQueue(name, label)
      queues.set(name, queue)
      const isBound = bindings.some(
        (one) => one.queue === queue && one.exchange === exchange && one.pattern === pattern,
      )
      if (!isBound) bindings.push({ exchange, pattern, queue })
      return queue
    },
    delete(name: string): void {
      const queue = queues.get(name)
      if (!queue) return
      queues.delete(name)
      for (let place = bindings.length - 1; place >= 0; place--)
        if (bindings[place]?.queue === queue) bindings.splice(place, 1)
      queue.remove()
    },
    /** Each queue once, however many of its bindings match. */
    route(exchange: string, routingKey: string): readonly Queue[] {
      const matching = bindings.filter((one) => one.exchange === exchange && topicMatches(one.pattern, routingKey))
      return [...new Set(matching.map(({ queue }) => queue))]
    },
    queue: (name: string) => queues.get(name),
    queues: () => [...queues.values()],
  }
}
