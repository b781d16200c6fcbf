import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { topicMatches } from './topic.ts'

describe('topicMatches', () => {
  it.each([
    ['order_placed', 'order_placed', true],
    ['order_placed', 'order_placed.v2', false],
    ['order.*', 'order.placed', true],
    ['order.*', 'order', false],
    ['order.*', 'order.placed.v2', false],
    ['order.#', 'order', true],
    ['order.#', 'order.placed.v2', true],
    ['#', '', true],
    ['*', '', false],
    ['#.v2', 'order.placed.v2', true],
    ['*.#.v2', 'v2', false],
    ['product.*', 'product-2.get', false],
    ['product.*', 'product.get', true],
    ['a.b', 'axb', false],
  ])('%s over %s is %s', (pattern, key, expected) => {
    expect(topicMatches(pattern, key)).toBe(expected)
  })

  it('agrees with a regular expression', () => {
    const word = fc.constantFrom('a', 'b', 'ab')
    const pattern = fc.array(fc.oneof(word, fc.constantFrom('*', '#')), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(pattern, fc.array(word, { maxLength: 6 }), (parts, words) => {
        const source = parts
          .map((part) => (part === '#' ? '(?:[^.]+\\.)*' : `${part === '*' ? '[^.]+' : part}\\.`))
          .join('')
        const expected = new RegExp(`^${source}$`).test(words.map((one) => `${one}.`).join(''))
        return topicMatches(parts.join('.'), words.join('.')) === expected
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes no exponential time over many #', () => {
    const startedMs = performance.now()
    expect(topicMatches(`${'#.a.'.repeat(30)}#.b`, 'a.'.repeat(60) + 'a')).toBe(false)
    expect(performance.now() - startedMs).toBeLessThan(200)
  })
})
