import { AsyncLocalStorage } from 'node:async_hooks'
import { lastKnownLookup } from '@toko/runtime'
import { systemBusClock } from '../bus-clock.ts'
import { createBusMetrics } from '../bus-metrics.ts'
import type { OwnedBus, Subscription } from '../bus.ts'
import { consumeEvent } from '../consuming/consume-event.ts'
import { type Consume, defaultRetryPolicy } from '../consuming/verdict.ts'
import { encodeMessage } from '../envelope.ts'
import { BusClosedError } from '../errors.ts'
import { defaultPrefetch, prefetchOf } from '../event-queue.ts'
import { queueOwners } from '../queue-owners.ts'
import { isRpcQueue } from '../queue-name.ts'
import { consumeRequest } from '../rpc/serve-request.ts'
import { errorType, inPublishSpan } from '../tracing.ts'
import { propertiesOf } from './amqp-message.ts'
import { type Connection, openConnection } from './connection.ts'
import { type Consumer, createConsumer } from './consumer.ts'
import { deadLetterQueues } from './dead-letter-queues.ts'
import { createDeclarer } from './declarer.ts'
import { createDisposal } from './disposal.ts'
import { keepOpen } from './keep-open.ts'
import type { RabbitBusOptions } from './options.ts'
import { createPublisher } from './publisher.ts'
import { eventQueueSpec, type QueueSpec, rpcQueueSpec } from './queue-spec.ts'
import { createParkedGauge } from './parked-gauge.ts'
import { createRabbitDeadLetters } from './rabbit-dead-letters.ts'
import { createRabbitRpc } from './rabbit-rpc.ts'
import { within } from './within.ts'

/** What was published at the end of a process may still be confirmed. */
const lastConfirmsMs = 1_000

/**
 * The bus of the split shape, over RabbitMQ from 3.10 on. It is ready without its broker: what must not be lost waits in
 * outboxes, and everything is taken up again when the broker is back.
 */
export function createRabbitBus(options: RabbitBusOptions): OwnedBus {
  const { url, service, log, clock = systemBusClock, handlerLimitMs = 20_000, maxUnconfirmed = 1_000 } = options
  const metrics = createBusMetrics(options.metrics)
  const processing = { system: 'rabbitmq', clock, log, metrics, handlerLimitMs }
  const retry = {
    delaysMs: options.retryDelaysMs ?? defaultRetryPolicy.delaysMs,
    maxFailures: options.maxFailures ?? defaultRetryPolicy.maxFailures,
    jitter: 0, // the disposal's: a retry queue has one pause
  }
  // Neither a request nor its span may follow what is opened while it is served.
  const inOwnContext = AsyncLocalStorage.snapshot()
  const consumers = new Set<Consumer>()
  const untried = new Set<Promise<void>>()
  let state: 'new' | 'open' | 'draining' | 'closed' = 'new'

  const lookup = lastKnownLookup({ log })
  const connect = (role: string) =>
    keepOpen<Connection>({
      clock,
      open: () => openConnection(url, `${service}: ${role}`, lookup),
      onOpen: () => log.info({ role }, 'connected to RabbitMQ'),
      onTrouble: (error) => log.warn({ role, err: error }, 'no connection to RabbitMQ; it is tried again'),
    })
  // Two, because an alarm of the broker stops a connection that publishes altogether.
  const [publishing, consuming] = [connect('publish'), connect('consume')]
  const onTrouble = (error: unknown) => log.warn({ err: error }, 'publishing interrupted; it goes on by itself')
  const declarer = createDeclarer(publishing, clock, onTrouble)
  const publisher = createPublisher({
    link: publishing,
    declarer,
    clock,
    timeoutMs: options.confirmTimeoutMs ?? 5_000,
    maxUnconfirmed,
    maxWaiting: maxUnconfirmed,
    whenDeclared: () => (untried.size > 0 && consuming.current() ? Promise.all(untried) : undefined),
    onTrouble,
  })
  const jitter = options.retryJitter ?? defaultRetryPolicy.jitter
  const owners = queueOwners()
  const parkedQueues = deadLetterQueues(publishing, (queue, amount) => metrics.parked.set({ queue }, amount))
  const gauge = createParkedGauge({ queues: parkedQueues, clock, labels: () => owners.labelsOf() })
  const onParked = gauge.parked
  const disposal = createDisposal({ publisher, declarer, log, metrics, now: clock.now, jitter, onParked })
  const maxPendingCalls = options.maxPendingCalls ?? 1_000
  const rpc = createRabbitRpc({ service, link: consuming, publisher, processing, maxPendingCalls, assertOpen })
  const each = { link: consuming, disposal, clock, log, redeclareMs: options.redeclareMs ?? 30_000 }
  const handling = () => [...consumers].reduce((sum, consumer) => sum + consumer.underWay(), 0)
  const underWay = () => publisher.underWay() + rpc.pending() + handling()
  metrics.observe({
    pending: underWay,
    isConnected: () => publishing.current() !== undefined && consuming.current() !== undefined,
  })

  function assertOpen(): void {
    if (state === 'new' || state === 'closed')
      throw new BusClosedError(`the bus is ${state === 'new' ? 'not started' : 'stopped'}`)
  }

  function consumeFrom(owner: string, queue: QueueSpec, prefetch: number, consume: Consume): Subscription {
    if (owners.add(owner, queue.label)) metrics.parked.set({ queue: queue.label }, 0)
    const isConsuming = state === 'new' || state === 'open'
    const consumer = createConsumer({ ...each, queue, prefetch, consume, isConsuming })
    metrics.deadLetters.inc({ queue: queue.label }, 0)
    consumers.add(consumer)
    const tried = consumer.tried()
    untried.add(tried)
    void tried.then(() => untried.delete(tried))
    if (state !== 'new') inOwnContext(consumer.start)
    return {
      queue: queue.name,
      async unsubscribe() {
        await consumer.unsubscribe()
        if (queue.isTemporary) consumers.delete(consumer)
      },
    }
  }

  return {
    name: 'bus',
    request: rpc.request,
    deadLetters: (owner) =>
      createRabbitDeadLetters({ queues: parkedQueues, publisher, labels: () => owners.labelsOf(owner) }),
    idle: () => underWay() === 0,
    ready: assertOpen,

    async publish(message, { mandatory = true } = {}) {
      assertOpen()
      const wire = encodeMessage(message)
      const count = (error_type: string) => metrics.sent.inc({ messaging_destination_name: wire.exchange, error_type })
      try {
        await inPublishSpan(processing.system, wire, (traced) =>
          publisher.publish({ ...traced, properties: propertiesOf(traced) }, { mandatory }),
        )
        count('')
      } catch (error) {
        count(errorType(error))
        throw error
      }
    },

    subscribe(spec, handler) {
      const queue = eventQueueSpec(spec)
      const consume = consumeEvent({ ...processing, queue: queue.name, label: queue.label, retry, handler })
      return consumeFrom(spec.service, queue, prefetchOf(spec), consume)
    },

    serve(served, methods) {
      const queue = rpcQueueSpec(served)
      const answering = { service: served, methods, context: rpc.context, sendReply: rpc.sendReply }
      const consume = consumeRequest({ ...processing, queue: queue.name, ...answering })
      return consumeFrom(served, queue, defaultPrefetch, consume)
    },

    async start() {
      state = 'open'
      for (const part of [publishing, consuming, declarer, publisher, gauge, ...consumers]) inOwnContext(part.start)
      const up = Promise.all([publishing.opened(), consuming.opened(), ...untried])
      const isUp = await within(clock, options.startLimitMs ?? 3_000, up)
      if (!isUp) log.warn('started without RabbitMQ; messages wait in the outboxes until it is there')
    },
    drain() {
      if (state === 'open') state = 'draining'
      // calls end with their subscription: requests that are under way in this process make some
      for (const consumer of consumers) if (!isRpcQueue(consumer.queue.name)) void consumer.cancel()
    },
    async stop() {
      state = 'closed'
      gauge.stop()
      const finished = [...consumers].map((consumer) => consumer.cancel())
      await within(clock, options.stopLimitMs ?? 10_000, Promise.all(finished))
      rpc.close()
      await within(clock, lastConfirmsMs, publisher.settled())
      publisher.failAll(new BusClosedError('the bus stopped before the confirm: outcome unknown'))
      await Promise.all([rpc, publisher, declarer, ...consumers].map((part) => part.stop()))
      await Promise.all([publishing.stop(), consuming.stop()])
    },
  }
}
