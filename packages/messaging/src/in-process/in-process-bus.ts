import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { systemBusClock } from '../bus-clock.ts'
import { createBusMetrics } from '../bus-metrics.ts'
import type { OwnedBus } from '../bus.ts'
import { type EventQueue, prefetchOf } from '../event-queue.ts'
import { encodeMessage } from '../envelope.ts'
import { BusClosedError, UnroutableError } from '../errors.ts'
import { eventExchange, eventQueueName, isRpcQueue } from '../queue-name.ts'
import { queueOwners } from '../queue-owners.ts'
import { errorType, inPublishSpan } from '../tracing.ts'
import { createBroker } from './broker.ts'
import { createChaos, noChaos } from './chaos.ts'
import { createConfirms } from './confirm.ts'
import { consumeEvent } from '../consuming/consume-event.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createInProcessRpc } from './in-process-rpc.ts'
import type { InProcessBusOptions } from './options.ts'
import { createQueue } from './queue.ts'
import { defaultRetryPolicy } from '../consuming/verdict.ts'

const maxDeadLetters = 10_000

/** Here idle() covers messages in queues and retry pauses too: they are all in this process. */
export type InProcessBus = OwnedBus

/** The bus of the single shape: RabbitMQ's behaviour inside one process; see README, "Differences". */
export function createInProcessBus(options: InProcessBusOptions): InProcessBus {
  const {
    log,
    clock = systemBusClock,
    confirmTimeoutMs = 5_000,
    handlerLimitMs = 20_000,
    maxQueueLength = 1_000,
  } = options
  const metrics = createBusMetrics(options.metrics)
  const chaos = options.chaos ? createChaos(options.chaos) : noChaos
  const processing = { system: 'toko_in_process', clock, log, metrics, handlerLimitMs }
  const retry = {
    delaysMs: options.retryDelaysMs ?? defaultRetryPolicy.delaysMs,
    maxFailures: options.maxFailures ?? defaultRetryPolicy.maxFailures,
    jitter: options.retryJitter ?? defaultRetryPolicy.jitter,
  }
  const inOwnContext = AsyncLocalStorage.snapshot()
  let state: 'new' | 'open' | 'draining' | 'closed' = 'new'

  const owners = queueOwners()
  const confirms = createConfirms({ clock, timeoutMs: confirmTimeoutMs, maxWaiting: maxQueueLength })
  const broker = createBroker((name, label) => {
    const queue = createQueue({
      name,
      clock,
      chaos,
      inOwnContext,
      maxLength: maxQueueLength,
      maxDelayed: options.maxRetrying ?? 1_000,
      onRoom: confirms.released,
      onExpired: () => metrics.expiredRequests.inc({ queue: label }),
      onPark: (wire, info, { reason, error }) => park({ name, label }, wire, info, reason, error),
    })
    metrics.deadLetters.inc({ queue: label }, 0)
    if (state === 'open') queue.resume()
    return queue
  })
  const { deadLetters, park } = createDeadLetters({
    log,
    metrics,
    now: clock.now,
    limit: maxDeadLetters,
    requeue: (name, wire) => broker.queue(name)?.put(wire, { redriven: true }) !== undefined,
  })
  const rpc = createInProcessRpc({ broker, processing, maxPendingCalls: options.maxPendingCalls ?? 1_000, assertOpen })
  const pending = () => broker.queues().reduce((sum, queue) => sum + queue.pending(), 0)
  metrics.observe({ pending, isConnected: () => state === 'open' || state === 'draining' })

  function owned(service: string, label: string): void {
    if (owners.add(service, label)) metrics.parked.set({ queue: label }, 0)
  }

  function assertOpen(): void {
    if (state === 'new' || state === 'closed')
      throw new BusClosedError(`the bus is ${state === 'new' ? 'not started' : 'stopped'}`)
  }

  return {
    name: 'bus',
    request: rpc.request,
    serve(service, methods) {
      const served = rpc.serve(service, methods)
      owned(service, served.queue)
      return served
    },
    deadLetters: (service) => deadLetters(() => owners.labelsOf(service)),
    idle: () => pending() + confirms.underWay() + rpc.pending() === 0,
    ready: assertOpen,

    async publish(message, { mandatory = true } = {}) {
      assertOpen()
      const wire = encodeMessage(message)
      const count = (error_type: string) => metrics.sent.inc({ messaging_destination_name: wire.exchange, error_type })
      try {
        await inPublishSpan(processing.system, wire, async (traced) => {
          const queues = broker.route(wire.exchange, wire.routingKey)
          if (queues.length > 0) return confirms.publish(traced, queues)
          if (mandatory) throw new UnroutableError(`no queue is bound to ${wire.exchange} for ${wire.routingKey}`)
        })
        count('')
      } catch (error) {
        count(errorType(error))
        throw error
      }
    },

    subscribe(spec: EventQueue, handler) {
      const [label, prefetch] = [eventQueueName(spec), prefetchOf(spec)]
      const name = spec.kind === 'broadcast' ? `${label}-${randomUUID()}` : label
      const queue = broker.declare(name, label, eventExchange(spec.source), spec.type)
      owned(spec.service, label)
      const consume = consumeEvent({ ...processing, queue: name, label, retry, handler })
      const cancel = queue.subscribe(prefetch, consume)
      return {
        queue: name,
        async unsubscribe() {
          await cancel()
          if (spec.kind === 'broadcast') broker.delete(name)
        },
      }
    },

    start() {
      state = 'open'
      for (const queue of broker.queues()) queue.resume()
    },
    drain() {
      if (state === 'open') state = 'draining'
      // calls end with their subscription: requests that are under way in this process make some
      for (const queue of broker.queues()) if (!isRpcQueue(queue.name)) queue.pause()
    },
    async stop() {
      state = 'closed'
      const finished = broker.queues().map((queue) => queue.shutDown())
      confirms.failWaiting(new BusClosedError('the bus stopped: not published'))
      await within(options.stopLimitMs ?? 10_000, Promise.all(finished))
      confirms.failAll(new BusClosedError('the bus stopped before the confirm: outcome unknown'))
      rpc.close()
    },
  }

  async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
    let cancel = () => {}
    const limit = new Promise<void>((resolve) => (cancel = clock.after(limitMs, resolve)))
    await Promise.race([work, limit])
    cancel()
  }
}
