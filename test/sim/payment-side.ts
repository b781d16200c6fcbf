import type { PaymentEvent } from '@toko/contracts'
import { makeDeliverWebhooks } from '../../services/payment/src/features/deliver-webhooks.ts'
import { makeScheduleWebhooks } from '../../services/payment/src/features/schedule-webhooks.ts'
import { makeSettlePayments } from '../../services/payment/src/features/settle-payments.ts'
import { webhookOf } from '../../services/payment/src/store/payment-events.ts'
import { codeOf } from './codes.ts'
import { callService } from './network.ts'
import type { OrderSide } from './order-side.ts'
import type { Waiting } from './outbox.ts'
import * as ports from './ports.ts'
import { cardTimings, paymentRoutes } from './provider.ts'
import type { Replica } from './replica.ts'
import { Sweeper } from './sweeper.ts'
import { earliest, type Wiring } from './wiring.ts'
import { epochMs } from './world.ts'

const neverStops = new AbortController().signal

export function startPayment(wiring: Wiring, replica: Replica, orderSides: readonly OrderSide[]) {
  const { world, profile, db, clocks, replicas, alarms } = wiring
  const clock = clocks.payment
  const store = ports.paymentStoreOf(replica, db.payments)
  const settle = makeSettlePayments({
    store,
    clock,
    pause: (ms: number) => world.sleep(ms),
    longestWaitMs: cardTimings.lateApprovalMs,
  })
  alarms.add(
    'payments',
    new Sweeper(
      replica,
      'settlements',
      () => settle(neverStops),
      () => earliest(db.payments.all.values(), ({ settlesAt }) => settlesAt?.getTime(), clock),
    ),
    'payment',
  )
  if (profile.hasWebhooks) startWebhooks()
  return paymentRoutes(world, store, clock)

  function startWebhooks(): void {
    const deliveries = ports.deliveryStoreOf(replica, db.deliveries, () =>
      alarms.due('payment', 'deliveries', clock.now()),
    )
    const schedule = makeScheduleWebhooks({
      deliveries,
      faults: {
        async webhooks() {
          const fault = world.drawFault('webhook')
          if (fault) world.count(fault)
          return {
            delayMs: fault === 'webhook-late' ? world.longMs(15_000) : 0,
            copies: fault === 'webhook-twice' ? 2 : 1,
            shuffleMs: fault === undefined ? 0 : 3000,
          }
        },
      },
      clock,
      random: () => world.rng.float(),
      wakeIn: () => {},
    })
    const deliver = makeDeliverWebhooks({
      deliveries,
      sender: { send: (event) => send(event) },
      clock,
      random: () => world.rng.float(),
      sendTimeoutMs: 5000,
      retryMs: 1000,
      wakeIn: () => {},
      onOutcome: () => {},
    })
    alarms.add(
      'deliveries',
      new Sweeper(
        replica,
        'webhooks',
        () => deliver(neverStops),
        () => earliest(db.deliveries.all.values(), ({ dueAt }) => dueAt, clock),
      ),
      'payment',
    )
    const { payments } = db.outboxes
    const drain = async () => {
      for (const key of payments.ids())
        for (const waiting of payments.waiting(key).slice()) {
          await schedule(webhookOf(entryOf(waiting)))
          payments.forget(key, [waiting.id])
        }
    }
    const nextDueMs = () => (payments.ids().length > 0 ? world.now : Infinity)
    alarms.add('relay', new Sweeper(replica, 'outboxes', drain, nextDueMs), 'payment')
  }

  function send(event: PaymentEvent): Promise<void> {
    return callService({
      from: replica,
      to: 'order',
      targets: replicas.order,
      what: event.type,
      code: codeOf(event.type),
      place: 'call',
      timeoutMs: 5000,
      serve: (target) => orderSides.find((side) => side.replica === target)!.takeWebhook(event),
    })
  }
}

function entryOf({ id, event }: Waiting) {
  return { id, type: event.definition.type, time: new Date(epochMs).toISOString(), data: event.data }
}
