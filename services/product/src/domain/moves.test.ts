import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addConsumptions, addRestocks, areAllConsumed, isWithin, type Move, unitsOf } from './moves.ts'

const line = (sku: string, quantity: number) => ({ sku, quantity })
const lines = [line('A', 2), line('B', 1)]
const first: Move = { id: 's1', lines: [line('A', 1)] }

describe('shipments', () => {
  it.each<[string, Move[], Move[], object]>([
    ['the first', [], [first], { kind: 'add', added: [first], all: [first] }],
    ['a known one', [first], [first], { kind: 'repeat' }],
    ['an older list than what is known', [first, { id: 's2', lines }], [first], { kind: 'repeat' }],
    ['none', [first], [], { kind: 'repeat' }],
    [
      'a known one with other lines',
      [first],
      [{ id: 's1', lines: [line('A', 2)] }],
      { kind: 'refused', why: 'reused' },
    ],
    ['one id twice with other lines', [], [first, { id: 's1', lines }], { kind: 'refused', why: 'reused' }],
    ['one id twice', [], [first, first], { kind: 'add', added: [first], all: [first] }],
    ['more than is left', [first], [{ id: 's2', lines: [line('A', 2)] }], { kind: 'refused', why: 'exceeds' }],
    ['what was not ordered', [], [{ id: 's2', lines: [line('C', 1)] }], { kind: 'refused', why: 'exceeds' }],
  ])('%s', (_what, consumptions, wanted, decision) => {
    expect(addConsumptions({ lines, consumptions }, wanted)).toEqual(decision)
  })

  it('never sum up to more than was ordered, and all of it is all consumed', () => {
    const move = fc.record({
      id: fc.constantFrom('s1', 's2', 's3', 's4'),
      lines: fc.uniqueArray(fc.record({ sku: fc.constantFrom('A', 'B'), quantity: fc.integer({ min: 1, max: 2 }) }), {
        selector: ({ sku }) => sku,
        minLength: 1,
      }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(move)), (commands) => {
        let consumptions: readonly Move[] = []
        for (const wanted of commands) {
          const decision = addConsumptions({ lines, consumptions }, wanted)
          if (decision.kind === 'add') consumptions = decision.all
          const consumed = unitsOf(consumptions)
          expect(isWithin(consumed, unitsOf([{ lines }]))).toBe(true)
          expect(areAllConsumed({ lines }, consumptions)).toBe(consumed.get('A') === 2 && consumed.get('B') === 1)
        }
      }),
    )
  })
})

it('at most what was shipped comes back', () => {
  const back = (quantity: number): Move => ({ id: 'r1', lines: [line('A', quantity)] })
  expect(addRestocks({ lines }, [back(1)])).toEqual({ kind: 'refused', why: 'exceeds' })
  expect(addRestocks({ lines, consumptions: [first] }, [back(1)]).kind).toBe('add')
  expect(addRestocks({ lines, consumptions: [first] }, [back(2)])).toEqual({ kind: 'refused', why: 'exceeds' })
})
