import { describe, expect, it } from 'vitest'
import { oneAtATime } from './one-at-a-time.ts'

describe('one at a time', () => {
  it('keeps the order of a key, lets other keys go on, and goes on after a failure', async () => {
    const inTurn = oneAtATime()
    const log: string[] = []
    const gate = Promise.withResolvers<void>()
    const work = (name: string, wait?: Promise<void>) => async () => {
      await wait
      log.push(name)
      if (name === 'a2') throw new Error('failed')
      return name
    }
    const all = [inTurn('a', work('a1', gate.promise)), inTurn('a', work('a2')), inTurn('a', work('a3'))]
    expect(await inTurn('b', work('b1'))).toBe('b1')
    gate.resolve()
    const results = await Promise.allSettled(all)
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(log).toEqual(['b1', 'a1', 'a2', 'a3'])
  })
})
