import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ShopConnection } from '../../shop/connect.ts'
import { makeCustomers } from './customers.ts'
import { patience } from './patience.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** A shop that makes accounts and signs in; tokens are counted. */
function fakeShop() {
  let signedIn = 0
  const call = async ({ path }: { path: string }) =>
    path === '/sessions' ? { body: { accessToken: `t${++signedIn}` } } : { body: { id: 'usr_1' } }
  return { user: { call }, asCli: async () => ({}) } as unknown as ShopConnection
}

it.each([
  ['young', 2 * 60_000, 'Bearer t1', 'Bearer t1'],
  ['middle-aged: renewed aside', 4 * 60_000, 'Bearer t1', 'Bearer t2'],
  ['at its end, for nobody asked before', 10 * 60_000, 'Bearer t2', 'Bearer t2'],
])('a token that is %s', async (_, ageMs, now, next) => {
  const [customer] = await makeCustomers({ shop: fakeShop(), limits: patience(1000), run: 'r', count: 1 })
  await vi.advanceTimersByTimeAsync(ageMs)
  expect(await customer!.authorization()).toEqual({ authorization: now })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await customer!.authorization()).toEqual({ authorization: next })
})
