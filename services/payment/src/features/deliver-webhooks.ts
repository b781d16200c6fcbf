import { longestFaultMs, latestDueMs } from '@toko/contracts'
import { backoffMs, longestBackoffMs } from '../domain/backoff.ts'
import type { Clock, WebhookSender } from '../ports.ts'
import type { DeliveryStore } from '../store/delivery-store.ts'

interface Needs {
  readonly deliveries: DeliveryStore
  readonly sender: WebhookSender
  readonly clock: Clock
  readonly random: () => number
  /** Longest time that one send takes. */
  readonly sendTimeoutMs: number
  /** Pause after the first failure. */
  readonly retryMs: number
  readonly wakeIn: (ms: number) => void
  readonly onOutcome: (outcome: 'delivered' | 'failed', error?: unknown) => void
}

/** Sends what is due until the shop says 2xx, each delivery with its own back-off. */
export function makeDeliverWebhooks(needs: Needs) {
  const { deliveries, sender, clock, random, sendTimeoutMs, retryMs, wakeIn, onOutcome } = needs

  async function deliverNext(): Promise<boolean> {
    const nowMs = clock.now()
    const leaseMs = 2 * sendTimeoutMs
    const longestWaitMs = Math.max(leaseMs, longestBackoffMs, 2 * longestFaultMs)
    const delivery = await deliveries.claim(nowMs, leaseMs, latestDueMs(nowMs, longestWaitMs))
    if (!delivery) return false
    try {
      await sender.send(delivery.event, delivery.trace)
    } catch (error) {
      onOutcome('failed', error)
      const pauseMs = backoffMs(delivery.attempts, retryMs, random())
      await deliveries.postpone(delivery.id, clock.now() + pauseMs)
      wakeIn(pauseMs)
      return true
    }
    onOutcome('delivered')
    await deliveries.delivered(delivery.id, clock.now())
    return true
  }

  return async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted && (await deliverNext()));
  }
}
