import { expect, it } from 'vitest'
import { compared, quantileOf } from './paired-blocks.ts'

it('compares within a round, and one odd round changes nothing', () => {
  const rounds = [1, 1, 40].map((machine) => ({
    well: 4 * machine,
    wellAgain: 5 * machine,
    others: { slow: 9 * machine, same: 4.5 * machine },
  }))
  const odd = { well: 5, wellAgain: 4, others: { slow: 4.5, same: 300 } }
  expect(compared([...rounds, odd])).toEqual({ ratios: { slow: 2, same: 1 }, noise: 1.25 })
})

it('takes the value below which that share lies', () => {
  const values = Array.from({ length: 250 }, (_, n) => 250 - n)
  expect([quantileOf(values, 0.99), quantileOf(values, 0.5), quantileOf([7], 0.99)]).toEqual([248, 125, 7])
})
