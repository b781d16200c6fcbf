import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Bus } from '../bus.ts'
import type { Processing } from '../consuming/processing.ts'
import type { Wire } from '../envelope.ts'
import { BusClosedError, ConfirmTimeoutError, OutcomeUnknownError, UnroutableError } from '../errors.ts'
import { rpcExchange } from '../queue-name.ts'
import { type CallContext, outgoingStack } from '../rpc/call-stack.ts'
import { createPendingCalls } from '../rpc/pending-calls.ts'
import { decodeReply, encodeRequest } from '../rpc/rpc-codec.ts'
import { UnknownServiceError } from '../rpc/rpc-errors.ts'
import { inPublishSpan } from '../tracing.ts'
import { propertiesOf, wireOf } from './amqp-message.ts'
import { type OpenChannel, plainChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import { type KeptOpen, keepOpen } from './keep-open.ts'
import type { Publisher } from './publisher.ts'

const defaultTimeoutMs = 5_000

interface RabbitRpcOptions {
  readonly service: string
  readonly link: KeptOpen<Connection>
  readonly publisher: Publisher
  readonly processing: Processing
  readonly maxPendingCalls: number
  /** @throws BusClosedError */
  readonly assertOpen: () => void
}

/** Calls in Nameko's shapes. Replies come to an exclusive queue, bound to `nameko-rpc` by its id alone. */
export function createRabbitRpc(options: RabbitRpcOptions) {
  const { service, link, publisher, processing, maxPendingCalls, assertOpen } = options
  const { clock, metrics, system, log } = processing
  const context: CallContext = new AsyncLocalStorage()
  const replyTo = randomUUID()
  const replyQueue = `rpc.reply-${service}-${replyTo}`
  const onLateReply = () => metrics.lateReplies.inc({})
  const pending = createPendingCalls({ clock, limit: maxPendingCalls, onLateReply })
  let isStarted = false

  const replies = keepOpen<OpenChannel>({
    clock,
    onTrouble: (error) => log.warn({ queue: replyQueue, err: error }, 'replies interrupted; they are taken up again'),
    async open() {
      const opened = await plainChannel(await link.opened())
      const { channel } = opened
      await channel.assertExchange(rpcExchange, 'topic', { durable: true })
      await channel.assertQueue(replyQueue, { exclusive: true, autoDelete: true, durable: false })
      await channel.bindQueue(replyQueue, rpcExchange, replyTo)
      await channel.consume(
        replyQueue,
        (message) => {
          if (!message) return void opened.close()
          const { correlationId, body } = wireOf(message)
          pending.reply(correlationId ?? '', body)
        },
        { noAck: true },
      )
      const lost = new OutcomeUnknownError('the connection was lost before the reply: outcome unknown')
      void opened.closed.then(() => pending.failAll(lost))
      return opened
    },
  })

  /** Opened by the first call: most services only serve. */
  function whenListening(): Promise<unknown> | undefined {
    if (!isStarted) replies.start()
    isStarted = true
    return replies.current() ? undefined : replies.opened()
  }

  async function send(wire: Wire & { correlationId: string }, target: string): Promise<void> {
    const { exchange, routingKey, body, correlationId } = wire
    try {
      await whenListening()
      const outgoing = { exchange, routingKey, body, properties: propertiesOf({ ...wire, replyTo }) }
      await publisher.publish(outgoing, { mandatory: true, isWanted: () => pending.has(correlationId) })
      metrics.sent.inc({ messaging_destination_name: rpcExchange, error_type: '' })
    } catch (error) {
      if (error instanceof UnroutableError) pending.fail(correlationId, new UnknownServiceError(target))
      // The reply may still come; its own time-out decides.
      else if (!(error instanceof ConfirmTimeoutError)) pending.fail(correlationId, error as Error)
    }
  }

  const request: Bus['request'] = async (target, call, { timeoutMs = defaultTimeoutMs, headers } = {}) => {
    assertOpen()
    const wire = encodeRequest({ target, call, headers, stack: outgoingStack(context), timeoutMs })
    return inPublishSpan(system, wire, async (traced) => {
      const reply = pending.open(wire.correlationId, wire.routingKey, timeoutMs)
      void send({ ...traced, correlationId: wire.correlationId }, target.service)
      return decodeReply(await reply)
    })
  }

  return {
    request,
    context,
    /** For serve(): the reply goes back the way Nameko expects it, and is confirmed before the request is acknowledged. */
    async sendReply({ replyTo: routingKey, correlationId }: Wire, body: Uint8Array): Promise<void> {
      if (routingKey === undefined) return // nobody can be told
      const reply = { exchange: rpcExchange, routingKey, messageId: randomUUID(), headers: {}, body }
      const properties = propertiesOf({ ...reply, ...(correlationId !== undefined && { correlationId }) })
      await publisher.publish({ ...reply, properties }, { mandatory: false })
    },
    pending: pending.size,
    close: () => pending.failAll(new BusClosedError('the bus stopped before the reply: outcome unknown')),
    stop: replies.stop,
  }
}
