import { AsyncLocalStorage } from 'node:async_hooks'
import type { Bus, Subscription } from '../bus.ts'
import type { Wire } from '../envelope.ts'
import { BusBlockedError, BusClosedError } from '../errors.ts'
import { defaultPrefetch } from '../event-queue.ts'
import { rpcExchange, rpcQueueName } from '../queue-name.ts'
import { type CallContext, outgoingStack } from '../rpc/call-stack.ts'
import { createPendingCalls } from '../rpc/pending-calls.ts'
import { decodeReply, encodeRequest } from '../rpc/rpc-codec.ts'
import { UnknownServiceError } from '../rpc/rpc-errors.ts'
import { inPublishSpan } from '../tracing.ts'
import type { Broker } from './broker.ts'
import type { Processing } from '../consuming/processing.ts'
import { consumeRequest } from '../rpc/serve-request.ts'

const defaultTimeoutMs = 5_000

interface InProcessRpcOptions {
  readonly broker: Broker
  readonly processing: Processing
  readonly maxPendingCalls: number
  /** @throws BusClosedError */
  readonly assertOpen: () => void
}

/** Calls over the same queues as events, with Nameko's shapes from end to end. */
export function createInProcessRpc({ broker, processing, maxPendingCalls, assertOpen }: InProcessRpcOptions) {
  const { clock, metrics, system } = processing
  const context: CallContext = new AsyncLocalStorage()
  const onLateReply = () => metrics.lateReplies.inc({})
  const pending = createPendingCalls({ clock, limit: maxPendingCalls, onLateReply })
  const sendReply = ({ correlationId }: Wire, body: Uint8Array) => {
    if (correlationId !== undefined) setImmediate(() => pending.reply(correlationId, body))
  }

  const request: Bus['request'] = async (target, call, { timeoutMs = defaultTimeoutMs, headers } = {}) => {
    assertOpen()
    const wire = encodeRequest({ target, call, headers, stack: outgoingStack(context), timeoutMs })
    return inPublishSpan(system, wire, async (traced) => {
      const [queue] = broker.route(rpcExchange, wire.routingKey)
      if (!queue) throw new UnknownServiceError(target.service)
      if (queue.isFull()) throw new BusBlockedError(`${queue.name} is full; not sent`)
      const reply = pending.open(wire.correlationId, wire.routingKey, timeoutMs)
      queue.put(traced)
      metrics.sent.inc({ messaging_destination_name: rpcExchange, error_type: '' })
      return decodeReply(await reply)
    })
  }

  const serve: Bus['serve'] = (service, methods): Subscription => {
    const queue = broker.declare(rpcQueueName(service), rpcQueueName(service), rpcExchange, `${service}.*`)
    const consume = consumeRequest({ ...processing, queue: queue.name, service, methods, context, sendReply })
    return { queue: queue.name, unsubscribe: queue.subscribe(defaultPrefetch, consume) }
  }

  return {
    request,
    serve,
    pending: pending.size,
    close: () => pending.failAll(new BusClosedError('the bus stopped before the reply: outcome unknown')),
  }
}
