import type { PaymentEvent } from '@toko/contracts'
import type { Clock, FaultSwitches } from '../ports.ts'
import type { DeliveryStore } from '../store/delivery-store.ts'

interface Needs {
  readonly deliveries: DeliveryStore
  readonly faults: Pick<FaultSwitches, 'webhooks'>
  readonly clock: Clock
  readonly random: () => number
  /** Tells the deliverer that something becomes due. */
  readonly wakeIn: (ms: number) => void
}

/** Takes an event over from the outbox; resolves once it is durable here. Late, twice and shuffled as the switches say. */
export function makeScheduleWebhooks({ deliveries, faults, clock, random, wakeIn }: Needs) {
  return async (event: PaymentEvent): Promise<void> => {
    const { delayMs, copies, shuffleMs } = await faults.webhooks()
    const waits = Array.from({ length: copies }, () => delayMs + Math.floor(random() * shuffleMs))
    const nowMs = clock.now()
    await deliveries.add(
      event,
      waits.map((waitMs) => nowMs + waitMs),
    )
    for (const waitMs of new Set(waits)) wakeIn(waitMs)
  }
}
