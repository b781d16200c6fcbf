import { eventually, quiet } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { dueLoop } from './due-loop.ts'

/** Work that ends when the test says so. */
function work() {
  const waiting: (() => void)[] = []
  let started = 0
  return {
    run: () => {
      started++
      return new Promise<void>((resolve) => waiting.push(resolve))
    },
    started: () => started,
    finishOne: () => waiting.shift()!(),
  }
}

const hour = 3_600_000

describe('due loop', () => {
  it('runs at most maxRuns at a time, and again for a wake that came meanwhile', async () => {
    const { run, started, finishOne } = work()
    const loop = dueLoop({ name: 'test', everyMs: hour, log: quiet().log, run, maxRuns: 2 })
    await loop.start?.()
    for (let i = 0; i < 5; i++) loop.wakeIn(0)
    await eventually(() => expect(started()).toBe(2))
    finishOne()
    await eventually(() => expect(started()).toBe(3))
    finishOne()
    finishOne()
    await loop.stop?.()
    expect(started()).toBe(3)
  })

  it('goes on after a failed run, and by itself', async () => {
    let runs = 0
    const run = async () => {
      runs++
      throw new Error('not reachable')
    }
    const loop = dueLoop({ name: 'test', everyMs: 10, log: quiet().log, run, maxRuns: 1 })
    await loop.start?.()
    await eventually(() => expect(runs).toBeGreaterThan(3))
    await loop.stop?.()
  })

  it('waits for a run under way when it stops, and starts none after', async () => {
    const { run, started, finishOne } = work()
    const loop = dueLoop({ name: 'test', everyMs: hour, log: quiet().log, run, maxRuns: 1 })
    loop.wakeIn(0)
    loop.wakeIn(50)
    await eventually(() => expect(started()).toBe(1))
    let isStopped = false
    const stopping = Promise.resolve(loop.stop?.()).then(() => (isStopped = true))
    loop.wakeIn(0)
    await new Promise(setImmediate)
    expect(isStopped).toBe(false)
    finishOne()
    await stopping
    expect(started()).toBe(1)
  })
})
