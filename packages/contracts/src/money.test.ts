import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMoney, Money, totalMinor } from './money.ts'

describe('money', () => {
  it('adds prices times quantities exactly, in any order', () => {
    const line = fc.record({ unitPriceMinor: fc.nat(1e9), quantity: fc.integer({ min: 1, max: 999 }) })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), (lines) => {
        const exact = lines.reduce((sum, each) => sum + BigInt(each.unitPriceMinor) * BigInt(each.quantity), 0n)
        expect(BigInt(totalMinor(lines))).toBe(exact)
        expect(totalMinor(lines.toReversed())).toBe(totalMinor(lines))
      }),
    )
  })

  it('refuses a total that a number cannot hold exactly', () => {
    expect(() => totalMinor([{ unitPriceMinor: 2 ** 52, quantity: 4 }])).toThrow(RangeError)
  })

  it.each([1.5, -1, 2 ** 53, Number.NaN, '1', null])('refuses the amount %s', (amount) => {
    expect(Money.safeParse({ amount, currency: 'IDR' }).success).toBe(false)
  })

  it('is shown with the digits of its currency', () => {
    expect(formatMoney({ amount: 12_345_600, currency: 'IDR' })).toBe('IDR 123,456.00')
    expect(formatMoney({ amount: 500, currency: 'JPY' })).toBe('JPY 500')
    expect(formatMoney({ amount: 1500, currency: 'KWD' })).toBe('KWD 1.500')
  })
})
