/** Seeded random numbers (sfc32): one generator per world, so that a seed replays whatever runs beside it. */
export class Rng {
  private a = 0x9e3779b9
  private b: number
  private c = 0x243f6a88
  private counter = 1

  constructor(seed: number) {
    this.b = seed | 0
    for (let i = 0; i < 12; i++) this.next()
  }

  /** A signed 32-bit number. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    this.c |= 0
    return sum
  }

  /** In [0, 1). */
  float(): number {
    return (this.next() >>> 0) / 4294967296
  }

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    return Math.floor(this.float() * n)
  }

  /** An integer from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  chance(probability: number): boolean {
    return this.float() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
}
