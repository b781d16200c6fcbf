import type { OutboxEntry } from '@toko/database'
import { createHttpClient } from '@toko/http'
import type { Clock, Logger, Metrics, Part } from '@toko/runtime'
import { httpWebhookSender } from '../clients/http-webhook-sender.ts'
import type { PaymentConfig } from '../config.ts'
import { makeDeliverWebhooks } from '../features/deliver-webhooks.ts'
import { makeScheduleWebhooks } from '../features/schedule-webhooks.ts'
import type { FaultSwitches } from '../ports.ts'
import type { DeliveryStore } from '../store/delivery-store.ts'
import { webhookOf } from '../store/payment-events.ts'
import { dueLoop } from './due-loop.ts'

interface Needs {
  readonly deliveries: DeliveryStore
  readonly faults: FaultSwitches
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly onOutcome: (outcome: 'delivered' | 'failed', error?: unknown) => void
}

/** Deliveries at a time: a slow receiver must not hold back the rest for long. */
const maxSends = 8

/** From the outbox to the shop: `publish` makes a delivery durable, the parts send it. Without a URL events end here. */
export function webhooks(
  config: PaymentConfig,
  needs: Needs,
): { publish(entry: OutboxEntry): Promise<void>; parts: Part[] } {
  if (config.webhookUrl === undefined) return { publish: async () => {}, parts: [] }
  const { origin, pathname } = new URL(config.webhookUrl)
  const { metrics, log, deliveries, clock, onOutcome } = needs
  const client = createHttpClient({
    name: 'payment',
    target: 'webhook-receiver',
    baseUrl: origin,
    timeoutMs: config.webhookTimeoutMs,
    metrics,
    log,
  })
  const sender = httpWebhookSender({ client, path: pathname, secret: config.webhookSecret, clock })
  const wakeIn = (ms: number) => loop.wakeIn(ms)
  const deliver = makeDeliverWebhooks({
    deliveries,
    sender,
    clock,
    random: Math.random,
    sendTimeoutMs: config.webhookTimeoutMs,
    retryMs: config.webhookRetryMs,
    wakeIn,
    onOutcome,
  })
  const loop = dueLoop({ name: 'payment webhooks', everyMs: 1000, log, run: deliver, maxRuns: maxSends })
  const schedule = makeScheduleWebhooks({ ...needs, random: Math.random, wakeIn })
  return { publish: (entry) => schedule(webhookOf(entry)), parts: [client, loop] }
}
