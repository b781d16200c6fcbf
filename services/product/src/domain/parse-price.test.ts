import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrice } from './parse-price.ts'

describe('a price in a file', () => {
  it.each([
    ['1250', 2, 125_000],
    ['1250.5', 2, 125_050],
    ['0.01', 2, 1],
    ['7.10', 2, 710],
    ['100', 0, 100],
    ['100.00', 0, 100],
    ['1.234', 3, 1234],
    ['8.7', 2, 870],
  ])('%s with %i digits is %i', (text, exponent, minor) => {
    expect(parsePrice(text, exponent)).toBe(minor)
  })

  it.each(['', '-1', '1,5', '1.', '.5', '1e3', '0x10', ' 1', '1.234', 'NaN', '1'.repeat(13)])('%j is none', (text) => {
    expect(parsePrice(text, 2)).toBeUndefined()
  })

  it('is exact for every amount', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), fc.nat({ max: 99 }), (whole, cents) => {
        expect(parsePrice(`${whole}.${String(cents).padStart(2, '0')}`, 2)).toBe(whole * 100 + cents)
      }),
    )
  })
})
