import { describe, expect, it } from 'vitest'
import { table, wrap } from './output.ts'

describe('table', () => {
  it('has aligned columns and no trailing blanks', () => {
    expect(
      table(
        [
          ['a', 1],
          ['long name', 22],
        ],
        ['name', 'n'],
      ),
    ).toBe('name       n\na          1\nlong name  22')
  })
})

describe('wrap', () => {
  it('breaks at spaces within 80 columns, indented', () => {
    const lines = wrap('word '.repeat(40).trim(), '    ').split('\n')
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(line).toMatch(/^ {4}word( word)*$/)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
    expect(lines.join(' ').match(/word/g)).toHaveLength(40)
  })

  it('leaves a long word whole: links are copied', () => {
    expect(wrap(`see ${'x'.repeat(100)} now`, '  ')).toBe(`  see\n  ${'x'.repeat(100)}\n  now`)
  })
})
