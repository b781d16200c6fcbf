// Preload of a service process: on a message from the test something goes wrong inside it, as it could by itself.
import { systemClock } from '@toko/runtime'

export type Misfortune =
  /** The event loop stands still. */
  | { readonly kind: 'block'; readonly ms: number }
  /** Memory that nobody gives back. */
  | { readonly kind: 'leak' }
  /** A promise that nobody looks after. */
  | { readonly kind: 'reject' }
  /** The service's clock port is off by so much from now on. */
  | { readonly kind: 'clock'; readonly offsetMs: number }

const kept: unknown[] = []

function leak(): void {
  for (;;) kept.push(Array.from({ length: 10_000 }, () => ({})))
}

function suffer(misfortune: Misfortune): void {
  switch (misfortune.kind) {
    case 'block':
      for (const untilMs = performance.now() + misfortune.ms; performance.now() < untilMs;);
      return
    case 'leak':
      return leak()
    case 'reject':
      void Promise.reject(new Error('nobody looks after me'))
      return
    case 'clock':
      systemClock.now = () => Date.now() + misfortune.offsetMs
  }
}

process.on('message', (misfortune: Misfortune) => {
  // The answer must have left before the loop stands still.
  process.send?.('heard', () => suffer(misfortune))
})
process.channel?.unref()
