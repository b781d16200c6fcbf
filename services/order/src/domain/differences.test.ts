import { describe, expect, it } from 'vitest'
import { openDifferences, type Seen } from './differences.ts'

const seen = (rule: string, subject: string, detail = 'wrong'): Seen => ({ rule, subject, detail })
const everywhere = () => true

describe('openDifferences', () => {
  it('tells a difference once, and keeps when it was seen first and last', () => {
    const differences = openDifferences(10)
    expect(differences.looked(everywhere, [seen('I9', 'a')], 1).appeared).toHaveLength(1)
    expect(differences.looked(everywhere, [seen('I9', 'a', 'worse')], 2)).toEqual({ appeared: [], gone: [] })
    expect(differences.open()).toEqual([{ rule: 'I9', subject: 'a', detail: 'worse', firstSeenAt: 1, lastSeenAt: 2 }])
  })

  it('lets go only of what was looked at', () => {
    const differences = openDifferences(10)
    differences.looked(everywhere, [seen('I9', 'a'), seen('I9', 'b'), seen('M1', 'a')], 1)
    const { gone } = differences.looked(({ rule, subject }) => rule === 'I9' && subject === 'a', [], 2)
    expect(gone).toMatchObject([{ rule: 'I9', subject: 'a' }])
    expect(differences.open().map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(['I9 b', 'M1 a'])
    expect(differences.looked(everywhere, [seen('I9', 'a')], 3).appeared).toHaveLength(1)
  })

  it('puts what was not looked at for longest first', () => {
    const differences = openDifferences(10)
    differences.looked(everywhere, [seen('I9', 'a'), seen('I9', 'b')], 1)
    differences.looked(({ subject }) => subject === 'a', [seen('I9', 'a')], 2)
    expect(differences.open().map(({ subject }) => subject)).toEqual(['b', 'a'])
  })

  it('keeps no more than it may, and says so until there is room', () => {
    const differences = openDifferences(2)
    const { appeared } = differences.looked(everywhere, [seen('I9', 'a'), seen('I9', 'b'), seen('I9', 'c')], 1)
    expect(appeared).toHaveLength(2)
    expect(differences.isFull()).toBe(true)
    differences.looked(({ subject }) => subject === 'a', [], 2)
    expect(differences.isFull()).toBe(false)
    expect(differences.open()).toHaveLength(1)
  })
})
