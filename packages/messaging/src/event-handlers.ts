import { type EventDefinition, readTolerantly } from '@toko/contracts'
import type { Part } from '@toko/runtime'
import type { Bus, Subscription } from './bus.ts'
import { PermanentError } from './errors.ts'
import type { Delivery, Message } from './message.ts'

export interface EventHandler {
  readonly definition: EventDefinition
  /** Name of the handler: part of its queue's name, so a rename makes a new queue. */
  readonly name: string
  readonly handle: (message: Message, delivery: Delivery) => Promise<void>
}

/**
 * Binds an event to what a service does with it. A message of another type or version, or one that does not fit its
 * contract, never will: it is parked at once. Members that a newer service added are left out.
 */
export function onEvent<D extends EventDefinition>(
  definition: D,
  name: string,
  handle: (data: ReturnType<D['data']['parse']>, message: Message) => Promise<void>,
): EventHandler {
  return {
    definition,
    name,
    async handle(message) {
      // By a binding made by hand, or of another version (`order_placed.v2`).
      if (message.type !== definition.type || message.source !== definition.source)
        throw new PermanentError(`${message.source} ${message.type} is not for a handler of ${definition.type}`)
      const result = readTolerantly(definition.data, message.data)
      if (!result.success)
        throw new PermanentError(`${definition.type} does not fit its schema: ${result.error.message}`)
      await handle(result.data as ReturnType<D['data']['parse']>, message)
    },
  }
}

/** All subscriptions of a service as one part: subscribed at start, and finished with what is under way at stop. */
export function eventHandlers(bus: Bus, service: string, handlers: readonly EventHandler[]): Part {
  let subscriptions: Subscription[] = []
  return {
    name: `${service} subscriptions`,
    start() {
      subscriptions = handlers.map(({ definition: { source, type }, name, handle }) =>
        bus.subscribe({ source, type, service, handler: name }, handle),
      )
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()))
    },
  }
}
