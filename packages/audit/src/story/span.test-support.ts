import type { StorySpan } from '@toko/contracts'

/** A sound span of the order service; what a test is about it says itself. */
export const span = (spanId: string, parentSpanId: string | null, more: Partial<StorySpan> = {}): StorySpan => ({
  traceId: 'trace',
  spanId,
  parentSpanId,
  service: 'order',
  name: spanId,
  kind: 'internal',
  startMs: 0,
  durationMs: 10,
  isError: false,
  errorType: null,
  message: null,
  hasException: false,
  status: null,
  target: null,
  isDatabase: false,
  messageType: null,
  attempt: null,
  links: [],
  ...more,
})

/** Draws of mulberry32: the same for the same seed. */
export function drawsOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return { below, isTrue: () => next() < 0.5, oneOf: <T>(items: readonly T[]): T => items[below(items.length)]! }
}
