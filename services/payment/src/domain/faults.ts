import type { PaymentFault, PaymentOperation } from '@toko/contracts'

/** Where a kind acts when the switch names no operations. */
const byDefault: Partial<Record<PaymentFault['kind'], readonly PaymentOperation[]>> = { 'late-approval': ['authorise'] }

export function concerns({ kind, operations }: PaymentFault, operation: PaymentOperation): boolean {
  return (operations ?? byDefault[kind])?.includes(operation) ?? true
}

/** The n-th draw of a seed, in [0, 1): mulberry32, jumped to its n-th step. */
export function draw(seed: number, n: number): number {
  const state = (seed + Math.imul(n, 0x6d2b79f5)) | 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
