import { describe, expect, it } from 'vitest'
import type { OrderStatus } from '@toko/contracts'
import { placementMs } from './placement-time.ts'

const history = (...steps: readonly (readonly [OrderStatus, number])[]) => ({
  history: steps.map(([status, at], index) => ({ version: index + 1, status, at })),
})

describe('the time that a placement took', () => {
  it.each([
    ['an order just placed', history(['pending', 1000]), 0],
    ['straight through', history(['pending', 1000], ['paying', 1020], ['authorised', 1100], ['confirmed', 1130]), 130],
    [
      'without the ten minutes that its buyer took',
      history(['pending', 0], ['reserved', 40], ['paying', 600_040], ['authorised', 600_100], ['confirmed', 600_110]),
      110,
    ],
    [
      'without both waits, after a declined card',
      history(
        ['pending', 0],
        ['reserved', 10],
        ['paying', 20],
        ['reserved', 50],
        ['cancelling', 900_050],
        ['expired', 900_070],
      ),
      60,
    ],
  ])('%s', (_, order, ms) => expect(placementMs(order)).toBe(ms))
})
