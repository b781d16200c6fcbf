import { expect, it } from 'vitest'
import { causalOrder } from './causal-order.ts'
import { drawsOf } from './span.test-support.ts'

it('follows the clocks where nothing says otherwise', () => {
  const events = [{ atMs: 3 }, { atMs: 1 }, { atMs: 2 }]
  expect(causalOrder(events, []).map(({ atMs }) => atMs)).toEqual([1, 2, 3])
})

it('puts no effect before its cause, whatever the clocks say', () => {
  const [cause, effect, other] = [{ atMs: 100 }, { atMs: 10 }, { atMs: 50 }]
  expect(causalOrder([effect, cause, other], [[1, 0]])).toEqual([other, cause, effect])
})

it('loses nothing in a circle', () => {
  const events = [{ atMs: 2 }, { atMs: 1 }]
  expect(
    causalOrder(events, [
      [0, 1],
      [1, 0],
      [0, 0],
      [0, 7],
    ]).map(({ atMs }) => atMs),
  ).toEqual([1, 2])
})

it('keeps every event once and every cause before its effects, in 500 random histories', () => {
  for (let seed = 0; seed < 500; seed++) {
    const { below } = drawsOf(seed)
    const events = Array.from({ length: 1 + below(15) }, (_, id) => ({ id, atMs: below(20) }))
    // From a lower to a higher number, so that there is no circle.
    const causes = Array.from({ length: below(15) }, () => [below(events.length), below(events.length)] as const)
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
      .filter(([a, b]) => a !== b)
    const ordered = causalOrder(events, causes).map(({ id }) => id)
    expect(ordered.toSorted((a, b) => a - b)).toEqual(events.map(({ id }) => id))
    for (const [cause, effect] of causes) expect(ordered.indexOf(cause)).toBeLessThan(ordered.indexOf(effect))
  }
})
