import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawImage } from './draw-image.ts'

describe('a drawing', () => {
  it('is the same for the same subject and another for another', () => {
    const tea = { title: 'Green tea', category: 'tea' }
    expect(drawImage(tea)).toBe(drawImage({ ...tea }))
    expect(drawImage(tea)).not.toBe(drawImage({ ...tea, title: 'Black tea' }))
    expect(drawImage(tea)).not.toBe(drawImage({ ...tea, category: 'cups' }))
    expect(drawImage(tea)).toContain('>GT</text>')
  })

  it('holds no markup of a title, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (title, category) => {
        const image = drawImage({ title: `${title}<x onload="a()">&'`, category })
        const allowed = /^(svg|defs|linearGradient|stop|rect|circle|path|ellipse|text)$/
        for (const [, tag] of image.matchAll(/<\/?([^\s>/]+)/g)) expect(tag).toMatch(allowed)
        expect(image).not.toContain('"a()"')
        expect(image).not.toMatch(/NaN|undefined/)
        expect(Buffer.byteLength(image)).toBeLessThan(10_000)
      }),
    )
  })
})
