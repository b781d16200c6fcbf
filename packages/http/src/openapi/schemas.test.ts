import { expect, it } from 'vitest'
import { z } from 'zod'
import { schemaBook } from './schemas.ts'

it('keeps a schema with an id once, whole, however often and deep it is used', () => {
  const Tea = z.strictObject({ name: z.string() }).meta({ id: 'Tea' })
  const Shelf = z.strictObject({ teas: z.array(Tea), best: Tea }).meta({ id: 'Shelf' })
  const book = schemaBook()
  const reference = { $ref: '#/components/schemas/Shelf' }
  expect([book.use(Shelf, 'output'), book.use(Shelf, 'output')]).toEqual([reference, reference])
  expect(book.use(z.array(Tea), 'output')).toMatchObject({ items: { $ref: '#/components/schemas/Tea' } })
  const { Shelf: shelf, Tea: tea } = book.components()
  expect(tea).toMatchObject({ type: 'object', properties: { name: { type: 'string' } } })
  expect(shelf).toMatchObject({ type: 'object', properties: { best: { $ref: '#/components/schemas/Tea' } } })
})
