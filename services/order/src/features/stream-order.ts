import { setTimeout as sleep } from 'node:timers/promises'
import type { Order } from '../domain/order.ts'
import { isFinal } from '../domain/status.ts'
import type { OrderStore } from '../ports.ts'
import { viewHistory } from './view-order.ts'

interface StreamDeps {
  readonly store: Pick<OrderStore, 'get'>
  readonly pollMs: number
  /** Aborts when the service drains, so that a rollout doesn't wait for listeners. */
  readonly draining: AbortSignal
}

const heartbeatMs = 15_000

/**
 * Server-sent events: one `status` event per history entry after `seen`, its version as the id, so that a reconnect goes on
 * where it was. Reads the own database, so every replica can serve it.
 */
export async function streamOrder(
  { store, pollMs, draining }: StreamDeps,
  order: Order,
  seen: number,
  response: { write(chunk: string): boolean },
  gone: AbortSignal,
): Promise<void> {
  let sent = seen
  let silentMs = 0
  const stop = AbortSignal.any([gone, draining])
  for (let current: Order | null = order; current && !stop.aborted; current = await store.get(order._id)) {
    for (const entry of viewHistory(current).slice(sent)) {
      response.write(`id: ${entry.version}\nevent: status\ndata: ${JSON.stringify(entry)}\n\n`)
      sent = entry.version
      silentMs = 0
    }
    if (isFinal(current.status)) return
    if (silentMs >= heartbeatMs) {
      response.write(': waiting\n\n')
      silentMs = 0
    }
    await sleep(pollMs, undefined, { signal: stop }).catch(() => {})
    silentMs += pollMs
  }
}
