import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

const big = 'x'.repeat(4 * 1_048_576)

describe('a program that is run', () => {
  it('gets its input and returns what it prints', async () => {
    expect(await run('cat', [], { input: big })).toBe(big)
    expect(await run('cat', [])).toBe('')
  })

  it('may end without reading its input: its exit code tells', async () => {
    for (let n = 0; n < 5; n++) {
      expect(await run('true', [], { input: big })).toBe('')
      await expect(run('sh', ['-c', 'echo why >&2; exit 3'], { input: big })).rejects.toThrow(/ended with 3: why/)
    }
  })

  it('is ended when it takes too long', async () => {
    await expect(run('sleep', ['30'], { timeoutMs: 100 })).rejects.toThrow('did not end within 100 ms')
  })

  it('is told where it is not to be had', async () => {
    await expect(run('/nowhere/program', [])).rejects.toThrow('ENOENT')
  })
})
