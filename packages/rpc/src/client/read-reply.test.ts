import { expect, it } from 'vitest'
import { z } from 'zod'
import { readReply } from './read-reply.ts'

const Whole = z.strictObject({ id: z.string(), total: z.int() })
const Accepted = z.strictObject({ id: z.string() })
const read = (result: unknown) => readReply(result, { 201: Whole, 202: Accepted, 409: Accepted }, 'thing-service')

it('is the accepted answer that the result fits', () => {
  expect(read({ id: 'a', total: 1 })).toEqual({ status: 201, body: { id: 'a', total: 1 } })
  expect(read({ id: 'a' })).toEqual({ status: 202, body: { id: 'a' } })
})

it('is the one that it fits but for what a newer service added', () => {
  expect(read({ id: 'a', total: 1, more: true })).toEqual({ status: 201, body: { id: 'a', total: 1 } })
  expect(read({ id: 'a', more: true })).toEqual({ status: 202, body: { id: 'a' } })
})

it('is unknown when the result fits none', () => {
  expect(() => read({ total: 1 })).toThrow('does not fit its schema')
})
