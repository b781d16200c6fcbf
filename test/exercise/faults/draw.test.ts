import { describe, expect, it } from 'vitest'
import { drawFaults, faults } from './index.ts'

const shown = (seed: number, only?: string[]) => drawFaults(seed, only).map(({ name, detail }) => `${name} ${detail}`)

describe('the draw of faults', () => {
  it('has each of the page once, and one that is none', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
    expect(shown(1)).toHaveLength(faults.length)
    expect(drawFaults(1).filter(({ mustStaySilent }) => mustStaySilent)).toHaveLength(1)
  })

  it('is the same for the same seed, and another for another', () => {
    expect(shown(7)).toEqual(shown(7))
    expect(shown(7)).not.toEqual(shown(8))
    expect(shown(7).toSorted()).not.toEqual(shown(8).toSorted())
  })

  it('draws one fault as it would among all others', () => {
    expect(shown(7)).toEqual(expect.arrayContaining(shown(7, ['db-down', 'partition'])))
    expect(shown(7, ['db-down', 'partition'])).toHaveLength(2)
  })
})
