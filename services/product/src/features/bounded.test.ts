import { describe, expect, it } from 'vitest'
import { bounded } from './bounded.ts'

describe('bounded', () => {
  it('runs so many at a time, in order, also after failures', async () => {
    const slots = bounded(3)
    let underWay = 0
    let most = 0
    const started: number[] = []
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        slots(async () => {
          started.push(i)
          most = Math.max(most, ++underWay)
          await Promise.resolve()
          underWay--
          if (i % 5 === 0) throw new Error('failed')
        }),
      ),
    )
    expect(most).toBe(3)
    expect(started).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(4)
  })
})
