/** Probabilities from 0 to below 1; the same seed and the same calls give the same faults. */
export interface ChaosOptions {
  readonly seed: number
  /** A message is queued a second time. */
  readonly duplicate?: number
  /** A message reaches its queue only after up to `maxDelayMs`. */
  readonly delay?: number
  readonly maxDelayMs?: number
  /** A message is put at a random place in its queue. */
  readonly reorder?: number
  /** The handler succeeded, but its acknowledgement is lost: delivered again. */
  readonly dropAck?: number
}

export interface Chaos {
  duplicates(): boolean
  /** 0 for at once. */
  delayMs(): number
  /** Where in a queue of `length` a message goes. */
  place(length: number): number
  dropsAck(): boolean
}

export const noChaos: Chaos = {
  duplicates: () => false,
  delayMs: () => 0,
  place: (length) => length,
  dropsAck: () => false,
}

export function createChaos({
  seed,
  duplicate = 0,
  delay = 0,
  maxDelayMs = 1000,
  reorder = 0,
  dropAck = 0,
}: ChaosOptions): Chaos {
  const random = seededRandom(seed)
  for (const probability of [duplicate, delay, reorder, dropAck])
    if (!(probability >= 0 && probability < 1)) throw new RangeError('a chaos probability is from 0 to below 1')
  return {
    duplicates: () => random() < duplicate,
    delayMs: () => (random() < delay ? Math.ceil(random() * maxDelayMs) : 0),
    place: (length) => (random() < reorder ? Math.floor(random() * (length + 1)) : length),
    dropsAck: () => random() < dropAck,
  }
}

/** mulberry32: small, fast, good enough to shuffle with. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
