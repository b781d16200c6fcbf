import { describe, expect, it } from 'vitest'
import { secretBox } from './secret-box.ts'

const box = secretBox('a secret of 32 characters or more')

describe('secret box', () => {
  it('opens what it sealed, each time sealed differently', () => {
    expect(box.open(box.seal('text'))).toBe('text')
    expect(box.seal('text')).not.toBe(box.seal('text'))
  })

  it('opens nothing that was sealed under another key, changed, or cut', () => {
    const sealed = box.seal('text', 'the old token')
    expect(box.open(sealed, 'the old token')).toBe('text')
    const changed = Buffer.from(sealed, 'base64url')
    changed[changed.length - 1]! ^= 1
    const attempts = [
      () => box.open(sealed),
      () => box.open(sealed, 'another token'),
      () => secretBox('another secret of 32 characters').open(box.seal('text')),
      () => box.open(changed.toString('base64url'), 'the old token'),
      () => box.open(sealed.slice(0, 20), 'the old token'),
    ]
    for (const attempt of attempts) expect(attempt).toThrow(/authenticate|authentication|length/i)
  })

  it('gives one value another digest in another scope and under another secret', () => {
    expect(box.mac('a', 'value')).toBe(box.mac('a', 'value'))
    expect(box.mac('b', 'value')).not.toBe(box.mac('a', 'value'))
    expect(secretBox('another secret of 32 characters').mac('a', 'value')).not.toBe(box.mac('a', 'value'))
  })
})
