import { AsyncLocalStorage } from 'node:async_hooks'
import type { Deadline } from './deadline.ts'

/** What follows a request through every await, so that outgoing calls and log lines can carry it. */
export interface RequestContext {
  readonly requestId: string
  readonly deadline: Deadline
  /** Filled in once it is known which order the request is about. */
  readonly about?: { orderId?: string }
}

const storage = new AsyncLocalStorage<RequestContext>()

/** Runs `work` and all that it awaits inside the context. */
export function inRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work)
}

/** The context of the request being served, or undefined in a sweeper or consumer. */
export function requestContext(): RequestContext | undefined {
  return storage.getStore()
}

/** Runs `work` outside any request: for work that outlives the answer. */
export function outsideRequest<T>(work: () => T): T {
  return storage.exit(work)
}
