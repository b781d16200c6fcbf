import type { Wire } from '../envelope.ts'
import type { Consume, DeliveryInfo, Verdict } from '../consuming/verdict.ts'

interface Consumer {
  readonly prefetch: number
  readonly consume: Consume
  underWay: number
  finished: (() => void) | undefined
}

export interface Consumers {
  /** Returns how to take no more; that resolves when what is under way has ended. */
  subscribe(prefetch: number, consume: Consume): () => Promise<void>
  hasRoom(): boolean
  /** Gives the delivery to the consumer whose turn it is. Call only when hasRoom(). */
  deliver(wire: Wire, info: DeliveryInfo, conclude: (verdict: Verdict) => void): void
  underWay(): number
  /** Resolves once nothing is under way. */
  finish(): Promise<void>
}

/** The consumers of one queue: round robin, each with at most its prefetch under way. */
export function createConsumers(onRoom: () => void): Consumers {
  const consumers: Consumer[] = []
  const idleWaiters: (() => void)[] = []
  let underWay = 0
  const isFree = (consumer: Consumer) => consumer.underWay < consumer.prefetch

  function ended(consumer: Consumer): void {
    underWay--
    consumer.underWay--
    if (consumer.underWay === 0) consumer.finished?.()
    if (underWay === 0) for (const waiter of idleWaiters.splice(0)) waiter()
    onRoom()
  }

  return {
    hasRoom: () => consumers.some(isFree),
    underWay: () => underWay,
    async finish() {
      if (underWay > 0) await new Promise<void>((resolve) => idleWaiters.push(resolve))
    },
    subscribe(prefetch, consume) {
      const consumer: Consumer = { prefetch, consume, underWay: 0, finished: undefined }
      consumers.push(consumer)
      onRoom()
      return async () => {
        const place = consumers.indexOf(consumer)
        if (place >= 0) consumers.splice(place, 1)
        if (consumer.underWay > 0) await new Promise<void>((resolve) => (consumer.finished = resolve))
      }
    },
    deliver(wire, info, conclude) {
      const place = consumers.findIndex(isFree)
      const [consumer] = consumers.splice(place, 1)
      if (!consumer) throw new Error('deliver() without room')
      consumers.push(consumer)
      consumer.underWay++
      underWay++
      const failed = (error: unknown): Verdict => ({ kind: 'park', reason: 'undecodable', error })
      void consumer
        .consume(wire, info)
        .catch(failed) // a fault of ours: one message is parked, the queue flows on
        .then(conclude)
        .finally(() => ended(consumer))
    },
  }
}
