import type { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Headers } from '../envelope.ts'

export const callStackHeader = 'nameko.call_id_stack'
/** Nameko's `parent_calls_tracked` 10 and the call itself. */
const maxStack = 11

/** Follows a served call, so that the calls it makes continue its stack. */
export type CallContext = AsyncLocalStorage<readonly string[]>

/** The stack to send: the call being served, or a new origin. */
export function outgoingStack(context: CallContext): readonly string[] {
  return context.getStore() ?? [`toko.call.${randomUUID()}`]
}

/** The received stack with this call appended. Foreign senders may put anything in; only strings are kept. */
export function appendCall(headers: Headers, service: string, method: string): readonly string[] {
  const received = headers[callStackHeader]
  const parents: unknown[] = Array.isArray(received) ? received : [received]
  const own = `${service}.${method}.${randomUUID()}`
  return [...parents.filter((id) => typeof id === 'string'), own].slice(-maxStack)
}
