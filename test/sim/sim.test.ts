import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { replay, runSeeds } from './run-seeds.ts'

const run = promisify(execFile)
const main = new URL('main.ts', import.meta.url).pathname

describe('the simulation', () => {
  it(
    'finds no violation in 2,000 seeds, and reaches every fault and every transition',
    { timeout: 180_000 },
    async () => {
      const { stdout } = await run('node', [main, '--seeds', '2000'], { maxBuffer: 1e8 })
      expect(stdout).toContain('violations 0')
      expect(stdout).not.toContain('never happened')
    },
  )

  it('replays a seed bit by bit: twice alone, and alone as within a batch', async () => {
    const hashes = new Map<number, number>()
    await runSeeds({ from: 100, count: 40, onEnd: (seed, hash) => hashes.set(seed, hash) })
    for (const [seed, hash] of hashes) expect([seed, (await replay(seed)).hash]).toEqual([seed, hash])
    expect(new Set(hashes.values()).size).toBe(40)
    const [one, again] = [await replay(107), await replay(107)]
    expect(again.timeline).toEqual(one.timeline)
    expect(one.timeline.length).toBeGreaterThan(20)
  })
})
