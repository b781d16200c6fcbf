import { setTimeout as sleep } from 'node:timers/promises'
import type { PrivateBroker } from '@toko/messaging'
import { running } from '../shop/running.ts'

const lookEveryMs = 1000

/** Starts RabbitMQ again whenever it has ended, until stop(); tests that kill it bring it back themselves. */
export function keepBrokerUp(
  broker: PrivateBroker,
  { onEnd, everyMs = lookEveryMs }: { readonly onEnd: () => void; readonly everyMs?: number },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const work = async () => {
    for (;;) {
      await sleep(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      if (stopping.signal.aborted) return
      if (running(broker.pid) !== undefined) continue
      onEnd()
      await broker.restart().catch(() => {}) // it is tried again
    }
  }
  const working = work()
  return {
    stop() {
      stopping.abort()
      return working
    },
  }
}
