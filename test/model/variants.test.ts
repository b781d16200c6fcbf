import { describe, expect, it } from 'vitest'
import { ask, runVariants, startChecker } from './run-variants.ts'
import { variants } from './variants/index.ts'

describe('model variants', () => {
  it(
    'in small bounds the protocol holds and every mutant is caught for its own reason',
    { timeout: 90_000 },
    async () => {
      const results = await runVariants(({ isQuick }) => isQuick)
      const unexpected = results.filter(({ isAsExpected }) => !isAsExpected)
      expect(unexpected.map(({ variant, report }) => [variant.model, variant.name, report])).toEqual([])
      const count = (kind: string) => results.filter(({ variant }) => variant.kind === kind).length
      expect(count('protocol')).toBeGreaterThanOrEqual(10)
      expect(count('mutant')).toBe(variants.filter(({ kind }) => kind === 'mutant').length)
      expect(count('mutant')).toBeGreaterThanOrEqual(59)
    },
  )

  it('finds the numbers that the checkers of the protocol page found', () => {
    const placed = variants.find(({ name }) => name === '1 order')!.run()
    expect(placed).toEqual({ verdict: { kind: 'holds' }, states: 1071, transitions: 8791 })
  })

  it('never takes a checker that breaks down for a caught mutant', async () => {
    const answer = await ask(startChecker(), variants.length)
    expect(answer).toMatchObject({ fault: expect.stringContaining('the checker ended with 1') })
    expect(answer.report).toBeUndefined()
  })

  it('has a name and a reason for each', () => {
    const names = variants.map(({ model, name }) => `${model} ${name}`)
    expect(new Set(names).size).toBe(names.length)
    expect(variants.filter(({ kind, breaks }) => kind !== 'protocol' && breaks === '')).toEqual([])
  })
})
