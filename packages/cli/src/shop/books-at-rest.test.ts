import type { Books } from '@toko/audit'
import { describe, expect, it } from 'vitest'
import { booksAtRest } from './books-at-rest.ts'

type Reading = { readonly name: string; readonly isResting: boolean } | Error

/** Answers one reading after the other, the last for ever. */
function reader(...readings: readonly Reading[]) {
  const left = [...readings]
  const read = () => {
    const reading = left.length > 1 ? left.shift() : left[0]
    return reading instanceof Error ? Promise.reject(reading) : Promise.resolve(reading as unknown as Books)
  }
  return read
}
const moving = { name: 'moving', isResting: false }
const rest = (name: string) => ({ name, isResting: true })
const isResting = (books: Books) => (books as unknown as { isResting: boolean }).isResting
const options = { limitMs: 100, everyMs: 1, isResting }

describe('booksAtRest', () => {
  it('gives the reading after the first at rest: the first may have read a payment before its capture', async () => {
    const books = await booksAtRest(reader(moving, rest('mixed'), rest('of one moment'), rest('later')), options)
    expect(books).toEqual(rest('of one moment'))
  })

  it('begins again when something moved between the two', async () => {
    const books = await booksAtRest(reader(rest('mixed'), moving, rest('again'), rest('of one moment')), options)
    expect(books).toEqual(rest('of one moment'))
  })

  it('survives a service that is away, and gives the last reading at the limit', async () => {
    const books = await booksAtRest(reader(moving, new Error('away')), options)
    expect(books).toEqual(moving)
  })

  it('rejects with the last error when no book could be read', async () => {
    await expect(booksAtRest(reader(new Error('first'), new Error('last')), options)).rejects.toThrow('last')
  })

  it('tells of each reading', async () => {
    const told: Books[] = []
    await booksAtRest(reader(moving, rest('mixed'), rest('of one moment')), {
      ...options,
      onLook: (books) => told.push(books),
    })
    expect(told).toEqual([moving, rest('mixed'), rest('of one moment')])
  })
})
