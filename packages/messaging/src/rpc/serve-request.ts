import type { RpcMethods } from '../bus.ts'
import type { Wire } from '../envelope.ts'
import { decodeJson } from '../json-codec.ts'
import { answer } from './answer.ts'
import type { CallContext } from './call-stack.ts'
import { toErrorEnvelope, unserializable } from './error-envelope.ts'
import { encodeError, encodeResult } from './rpc-codec.ts'
import { RpcFault } from './rpc-errors.ts'
import { type Outcome, type Processing, processOnce } from '../consuming/processing.ts'
import { ack, type Consume } from '../consuming/verdict.ts'

interface RpcConsumer extends Processing {
  readonly queue: string
  readonly service: string
  readonly methods: RpcMethods
  readonly context: CallContext
  /** Resolves when the reply is on its way for good. When it rejects, so does the consumer: the request comes again. */
  readonly sendReply: (request: Wire, body: Uint8Array) => Promise<void> | void
}

/** Answers every request it can read, also when the method fails or takes too long; what it cannot read is parked. */
export function consumeRequest({ queue, service, methods, context, sendReply, ...processing }: RpcConsumer): Consume {
  return async (wire, info) => {
    let body: unknown
    try {
      body = decodeJson(wire.body, 'call')
    } catch (error) {
      return { kind: 'park', reason: 'undecodable', error }
    }
    const work = async () => answer({ service, methods, context }, { wire, body, redelivered: info.redelivered })
    const outcome = await processOnce(processing, queue, wire, info, work)
    if ('error' in outcome && !(outcome.error instanceof RpcFault))
      processing.log.warn({ queue, method: wire.routingKey, err: outcome.error }, 'method failed')
    await sendReply(wire, replyOf(outcome))
    return ack
  }
}

function replyOf(outcome: Outcome): Buffer {
  if ('error' in outcome) return encodeError(toErrorEnvelope(outcome.error))
  try {
    return encodeResult(outcome.value)
  } catch (error) {
    return encodeError(unserializable(error))
  }
}
