import { CallUnknownError, type ServiceClient } from '@toko/http'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { largeAnswersBy } from './large-answers.ts'

const target = 'thing-service'
const failing = (reason: 'too-large' | 'timeout'): ServiceClient => ({
  name: 'first',
  call: () => Promise.reject(new CallUnknownError(reason, { target })),
})
const other = { name: 'other', call: async () => ({ body: { from: 'other' } }) } as unknown as ServiceClient
const get = { method: 'GET', path: '/x', rpc: 'x', answer: { 200: z.object({ from: z.string() }) } } as const

it('reads what is too large over the other client, and nothing else', async () => {
  const client = largeAnswersBy(other, failing('too-large'))
  expect((await client.call(get)).body).toEqual({ from: 'other' })
  await expect(client.call({ ...get, method: 'PUT' })).rejects.toMatchObject({ reason: 'too-large' })
  await expect(largeAnswersBy(other, failing('timeout')).call(get)).rejects.toMatchObject({ reason: 'timeout' })
})
