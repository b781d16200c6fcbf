import { randomUUID } from 'node:crypto'
import type { RequestOptions, RpcCall } from '../bus.ts'
import type { Wire } from '../envelope.ts'
import { InvalidMessageError } from '../errors.ts'
import { decodeJson, encodeJson } from '../json-codec.ts'
import { rpcExchange } from '../queue-name.ts'
import { callStackHeader } from './call-stack.ts'
import { type ErrorEnvelope, fromErrorEnvelope } from './error-envelope.ts'

const word = /^[\w-]+$/
const contextPrefix = 'nameko.'
/** All headers of a message must fit one AMQP frame, beside those of trace and call stack. */
const maxHeaderBytes = 16 * 1024

interface Request {
  readonly target: { readonly service: string; readonly method: string }
  readonly call: { readonly args?: readonly unknown[]; readonly kwargs?: Readonly<Record<string, unknown>> }
  readonly headers: RequestOptions['headers']
  readonly stack: readonly string[]
  readonly timeoutMs: number
}

/** Nameko's request: `{"args": [...], "kwargs": {...}}` to `<service>.<method>`, expiring when nobody waits any more. */
export function encodeRequest({ target, call, headers, stack, timeoutMs }: Request): Wire & { correlationId: string } {
  const correlationId = randomUUID()
  assertTarget(target)
  assertHeaders(headers ?? {})
  return {
    exchange: rpcExchange,
    routingKey: `${target.service}.${target.method}`,
    messageId: correlationId,
    correlationId,
    expirationMs: timeoutMs,
    headers: { ...headers, [callStackHeader]: stack },
    body: encodeJson({ args: call.args ?? [], kwargs: call.kwargs ?? {} }, 'call'),
  }
}

function assertTarget({ service, method }: Request['target']): void {
  // Nameko binds `<service>.*`, one word after the name; AMQP's routing keys end at 255 bytes.
  if (!word.test(service) || !word.test(method) || service.length + method.length > 215)
    throw new InvalidMessageError(`${service}.${method} is not a service and a method of it`)
}

function assertHeaders(headers: Readonly<Record<string, string>>): void {
  const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0)
  if (bytes > maxHeaderBytes)
    throw new InvalidMessageError(`headers have ${bytes} bytes, the limit is ${maxHeaderBytes}`)
}

/** What a method sees of the headers: the caller's own and, apart from them, Nameko's context; texts only. */
export function callHeaders(wire: Wire): Pick<RpcCall, 'headers' | 'context'> {
  const headers: Record<string, string> = {}
  const context: Record<string, string> = {}
  for (const [name, value] of Object.entries(wire.headers)) {
    if (typeof value !== 'string' || name === callStackHeader) continue
    if (name.startsWith(contextPrefix)) context[name.slice(contextPrefix.length)] = value
    else headers[name] = value
  }
  return { headers, context }
}

/** @throws InvalidMessageError or MessageTooLargeError when the result cannot travel */
export function encodeResult(result: unknown): Buffer {
  return encodeJson({ result: result ?? null, error: null }, 'reply')
}

export function encodeError(error: ErrorEnvelope): Buffer {
  return Buffer.from(JSON.stringify({ result: null, error }))
}

/** The result of a reply. Throws the error it carries, or InvalidMessageError when it is not a reply. */
export function decodeReply(body: Uint8Array): unknown {
  const reply = decodeJson(body, 'reply')
  if (typeof reply !== 'object' || reply === null) throw new InvalidMessageError('reply is not an object')
  const { result, error } = reply as { result?: unknown; error?: unknown }
  // Nameko's callers take an empty error object for success.
  if (typeof error === 'object' && error !== null && Object.keys(error).length > 0) throw fromErrorEnvelope(error)
  if (result === undefined) throw new InvalidMessageError('reply has no result')
  return result
}
