import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, outsideRequest, type Part } from '@toko/runtime'

export interface HeldRequests extends Part {
  /** Waits; ends early when the service stops or `signal` aborts. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  /** Does the work after its request was answered; dropped when the service stops before, as a lost packet would be. */
  later(ms: number, work: () => Promise<unknown>): void
}

/** What faults hold back: pauses and late effects, all ended with the service. */
export function heldRequests(log: Logger): HeldRequests {
  const stopping = new AbortController()
  const late = new Set<Promise<unknown>>()
  const pause = (ms: number, signal?: AbortSignal) =>
    sleep(ms, undefined, { signal: signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal }).catch(
      () => {},
    )
  return {
    name: 'payment held requests',
    pause,
    later(ms, work) {
      const held = outsideRequest(async () => {
        await pause(ms)
        if (stopping.signal.aborted) return
        await work().catch((error: unknown) => log.info({ err: error }, 'a late effect was refused'))
      })
      late.add(held)
      void held.finally(() => late.delete(held))
    },
    async stop() {
      stopping.abort()
      await Promise.all(late)
    },
  }
}
