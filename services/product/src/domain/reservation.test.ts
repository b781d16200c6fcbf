import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerToReserve } from './answers.ts'
import { aggregateLines } from './lines.ts'

describe('lines', () => {
  it('are one per SKU, sorted, and keep every unit (S9)', () => {
    const line = fc.record({ sku: fc.constantFrom('A', 'B', 'C', 'B-1'), quantity: fc.integer({ min: 1, max: 99 }) })
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const result = aggregateLines(lines)
        const skus = result.map(({ sku }) => sku)
        expect(skus).toEqual([...new Set(lines.map(({ sku }) => sku))].toSorted())
        for (const { sku, quantity } of result)
          expect(quantity).toBe(lines.reduce((sum, each) => sum + (each.sku === sku ? each.quantity : 0), 0))
      }),
    )
  })
})

describe('the answer to a Reserve', () => {
  const reservation = { _id: `ord_${'0'.repeat(32)}`, version: 2, offers: [] }
  it.each([
    ['reserving', undefined, undefined],
    ['held', undefined, 'stock_reserved'],
    ['allocated', undefined, 'stock_reserved'],
    ['consumed', undefined, 'stock_reserved'],
    ['released', 'order-ended', 'stock_released'],
    ['released', 'order-freed', 'stock_released'],
    ['released', 'insufficient-stock', 'stock_rejected'],
    ['released', 'too-old', 'stock_rejected'],
  ] as const)('%s %s says %s', (status, reason, type) => {
    const answer = answerToReserve({ ...reservation, status, ...(reason ? { reason } : {}) })
    expect(answer?.definition.type).toBe(type)
    expect(answer === undefined || answer.definition.data.safeParse(answer.data).success).toBe(true)
  })
})
