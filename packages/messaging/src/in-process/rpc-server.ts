import type { RpcMethods } from '../bus.ts'
import { decodeJson } from '../json-codec.ts'
import { answer } from '../rpc/answer.ts'
import type { CallContext } from '../rpc/call-stack.ts'
import { toErrorEnvelope, unserializable } from '../rpc/error-envelope.ts'
import { encodeError, encodeResult } from '../rpc/rpc-codec.ts'
import { RpcFault } from '../rpc/rpc-errors.ts'
import { type Outcome, type Processing, processOnce } from './processing.ts'
import { ack, type Consume } from './verdict.ts'

interface RpcConsumer extends Processing {
  readonly queue: string
  readonly service: string
  readonly methods: RpcMethods
  readonly context: CallContext
  readonly sendReply: (correlationId: string, body: Uint8Array) => void
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
    if (wire.correlationId !== undefined) sendReply(wire.correlationId, replyOf(outcome))
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
