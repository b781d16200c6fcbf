import type { PaymentFault } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'
import { concerns, draw } from './faults.ts'

const fault = (fields: Partial<PaymentFault>): PaymentFault => ({
  kind: 'delay',
  probability: 1,
  delayMs: 0,
  effect: 'none',
  ...fields,
})

describe('faults', () => {
  it('concern every operation unless they name some; a late approval concerns authorise', () => {
    expect(concerns(fault({}), 'query')).toBe(true)
    expect(concerns(fault({ operations: ['void'] }), 'query')).toBe(false)
    expect(concerns(fault({ kind: 'late-approval' }), 'authorise')).toBe(true)
    expect(concerns(fault({ kind: 'late-approval' }), 'capture')).toBe(false)
    expect(concerns(fault({ kind: 'late-approval', operations: ['capture'] }), 'capture')).toBe(true)
  })

  it('draw evenly, and the same for the same seed and number', () => {
    const draws = Array.from({ length: 10_000 }, (_, n) => draw(7, n + 1))
    expect(draws.every((value) => value >= 0 && value < 1)).toBe(true)
    for (const share of [0.1, 0.5, 0.9])
      expect(draws.filter((value) => value < share).length / draws.length).toBeCloseTo(share, 1)
    expect(draw(7, 5)).toBe(draws[4])
    expect(draw(8, 5)).not.toBe(draws[4])
  })
})

describe('backoff', () => {
  it('doubles from the first pause to a minute, ± 50 %', () => {
    expect([1, 2, 3, 4].map((attempts) => backoffMs(attempts, 1000, 0.5))).toEqual([1000, 2000, 4000, 8000])
    expect([backoffMs(1, 1000, 0), backoffMs(1, 1000, 0.999)]).toEqual([500, 1499])
    expect(backoffMs(10_000, 1000, 0.5)).toBe(60_000)
  })
})
