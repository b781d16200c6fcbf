import type { BusClock } from '../bus-clock.ts'
import { RpcTimeoutError, TooManyPendingCallsError } from './rpc-errors.ts'

interface PendingCallsOptions {
  readonly clock: BusClock
  readonly limit: number
  /** A reply came that nobody waits for: late, or a second one. */
  readonly onLateReply: () => void
}

interface PendingCall {
  readonly resolve: (body: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** Calls that wait for their reply, each with a time-out; bounded, so that a silent callee cannot fill the memory. */
export function createPendingCalls({ clock, limit, onLateReply }: PendingCallsOptions) {
  const calls = new Map<string, PendingCall>()
  return {
    size: () => calls.size,
    /** @throws TooManyPendingCallsError; rejects with RpcTimeoutError */
    open(correlationId: string, target: string, timeoutMs: number): Promise<Uint8Array> {
      if (calls.size >= limit) throw new TooManyPendingCallsError(`${limit} calls wait for replies already`)
      const reply = new Promise<Uint8Array>((resolve, reject) => calls.set(correlationId, { resolve, reject }))
      const cancel = clock.after(timeoutMs, () => {
        calls.get(correlationId)?.reject(new RpcTimeoutError(`${target} did not reply within ${timeoutMs} ms`))
      })
      return reply.finally(() => {
        cancel()
        calls.delete(correlationId)
      })
    },
    reply(correlationId: string, body: Uint8Array): void {
      const call = calls.get(correlationId)
      if (!call) return onLateReply()
      calls.delete(correlationId)
      call.resolve(body)
    },
    has: (correlationId: string) => calls.has(correlationId),
    fail(correlationId: string, error: Error): void {
      calls.get(correlationId)?.reject(error)
    },
    failAll(error: Error): void {
      for (const call of calls.values()) call.reject(error)
    },
  }
}
