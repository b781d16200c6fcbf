import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidMessageError, MessageTooLargeError } from './errors.ts'
import { decodeJson, encodeJson, maxBodyBytes } from './json-codec.ts'

describe('json codec', () => {
  it('brings back exactly what it took, or refuses it', () => {
    let [kept, refused] = [0, 0]
    const isHonest = (value: unknown) => {
      let bytes: Buffer
      try {
        bytes = encodeJson(value, 'data')
      } catch (error) {
        refused++
        return error instanceof InvalidMessageError
      }
      kept++
      // Compared as text: -0 travels as 0 and a missing prototype is not kept, which no reader of JSON can tell.
      return JSON.stringify(decodeJson(bytes, 'data')) === JSON.stringify(value)
    }
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, maxDepth: 3 })
    fc.assert(fc.property(anything, isHonest), { numRuns: 1_000 })
    expect(kept).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(50)
  })

  it('names the place of what it refuses', () => {
    expect(() => encodeJson({ lines: [{ price: 1 }, { price: Number.NaN }] }, 'data')).toThrow(
      'data.lines[1].price is NaN',
    )
    expect(() => encodeJson({ reason: undefined }, 'data')).toThrow('data.reason is undefined')
  })

  it('refuses a toJSON that would replace the data', () => {
    expect(() => encodeJson({ secret: 1, toJSON: undefined }, 'data')).toThrow(InvalidMessageError)
  })

  it.each([
    ['bare NaN, as Python sends it', Buffer.from('{"total":NaN}')],
    ['half a document', Buffer.from('{"total":')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['33 levels', Buffer.from('['.repeat(34) + ']'.repeat(34))],
    ['an integer that has lost digits', Buffer.from('{"id":9007199254740993}')],
  ])('refuses to read %s', (_, bytes) => {
    expect(() => decodeJson(bytes, 'data')).toThrow(InvalidMessageError)
  })

  it('measures bytes, not characters', () => {
    const text = 'é'.repeat(maxBodyBytes / 2)
    expect(() => encodeJson(text, 'data')).toThrow(MessageTooLargeError)
    expect(() => decodeJson(Buffer.alloc(maxBodyBytes + 1, 0x20), 'data')).toThrow(MessageTooLargeError)
  })

  it('gives no prototype to data with a __proto__ key', () => {
    const read = decodeJson(Buffer.from('{"__proto__":{"isAdmin":true}}'), 'data') as { isAdmin?: boolean }
    expect(read.isAdmin).toBeUndefined()
  })
})
