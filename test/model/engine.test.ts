import { describe, expect, it } from 'vitest'
import { explore, type Model } from './engine.ts'

/** A counter that may go up to `limit`, or back to 0 from even numbers. */
function counter(change: Partial<Model<number>> = {}, limit = 9): Model<number> {
  return {
    initial: 0,
    key: (state) => state,
    next(state, step) {
      if (state < limit) step('up', state + 1)
      if (state % 2 === 0 && state > 0) step('reset', 0)
    },
    problem: () => undefined,
    isEnd: (state) => state === limit,
    goals: {},
    ...change,
  }
}

/** Water jugs of 5 and 3: a known puzzle whose shortest way to 4 takes six steps. */
const jugs: Model<readonly [number, number]> = {
  initial: [0, 0],
  key: ([five, three]) => `${five} ${three}`,
  next([five, three], step) {
    step('fill 5', [5, three])
    step('fill 3', [five, 3])
    step('empty 5', [0, three])
    step('empty 3', [five, 0])
    const over = Math.min(five, 3 - three)
    step('5 into 3', [five - over, three + over])
    const back = Math.min(three, 5 - five)
    step('3 into 5', [five + back, three - back])
  },
  problem: ([five]) => (five === 4 ? 'four' : undefined),
  isEnd: () => true,
  goals: {},
}

describe('explore', () => {
  it('counts every reachable state and transition once', () => {
    const report = explore(counter())
    expect(report).toEqual({ verdict: { kind: 'holds' }, states: 10, transitions: 9 + 4 })
    expect(explore({ ...jugs, problem: () => undefined }).states).toBe(16)
  })

  it('finds a shortest way to a problem', () => {
    expect(explore(jugs).verdict).toEqual({
      kind: 'violated',
      problem: 'four',
      trace: ['fill 5', '5 into 3', 'empty 3', '5 into 3', 'fill 5', '5 into 3'],
    })
  })

  it('looks at the initial state too', () => {
    const { verdict } = explore(counter({ problem: () => 'at once' }))
    expect(verdict).toEqual({ kind: 'violated', problem: 'at once', trace: [] })
  })

  it('finds a state that no longer reaches an end, by a shortest way', () => {
    const next: Model<number>['next'] = (state, step) => {
      if (state < 9) step('up', state + 1)
      if (state === 4) step('fall', 100)
      if (state === 100) step('stay', 100)
    }
    const trace = ['up', 'up', 'up', 'up', 'fall']
    expect(explore(counter({ next })).verdict).toEqual({ kind: 'stuck', state: 100, trace })
  })

  it('does not call a circle that can be left stuck', () => {
    expect(explore(counter({ isEnd: (state) => state === 3 }, 4)).verdict).toEqual({ kind: 'holds' })
    expect(explore(counter({ isEnd: (state) => state === 3 }, 5)).verdict).toMatchObject({ kind: 'stuck', state: 5 })
  })

  it('does not hold when a goal is never reached', () => {
    const goals = { three: (state: number) => state === 3, eleven: (state: number) => state === 11 }
    expect(explore(counter({ goals })).verdict).toEqual({ kind: 'unreached', goals: ['eleven'] })
  })

  it('takes states with one key for one, and still finds the way', () => {
    const report = explore(
      counter({ key: (state) => state % 5, problem: (state) => (state === 3 ? 'three' : undefined) }),
    )
    expect(report.verdict).toMatchObject({ trace: ['up', 'up', 'up'] })
  })

  it('gives up loudly beyond its bound, and when a step is not repeatable', () => {
    expect(() => explore(counter({}, 1000), { maxStates: 100 })).toThrow('more than 100 states')
    let calls = 0
    const next: Model<number>['next'] = (_, step) => step('random', calls++ === 0 ? 1 : 2)
    expect(() => explore(counter({ next, problem: (state) => (state === 1 ? 'one' : undefined) }))).toThrow(
      'not found again',
    )
  })
})
