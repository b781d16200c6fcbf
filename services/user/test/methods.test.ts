import { UnknownServiceError } from '@toko/messaging'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startUser, type UserUnderTest } from './harness.ts'

let user: UserUnderTest

beforeAll(async () => {
  user = await startUser({ variables: { USER_CALLS: 'rpc' } })
})
afterAll(() => user.stop())

describe('token_status', () => {
  const status = async (sid: string, authorization: string) =>
    user.bus.request({ service: 'user', method: 'token_status' }, { kwargs: { sid } }, { headers: { authorization } })

  it('tells a service, and nobody else, whether a session still stands', async () => {
    const person = await user.person()
    const asOrder = await user.asService('order')
    const { id } = person.session
    expect(await status(id, asOrder)).toEqual({ active: true })
    await expect(status(id, `Bearer ${person.accessToken}`)).rejects.toMatchObject({
      excPath: 'toko.errors.forbidden',
    })
    await user.call('DELETE /sessions/current', { as: person.accessToken })
    expect(await status(id, asOrder)).toEqual({ active: false })
  })
})

describe('the end of an account, with USER_CALLS=rpc', () => {
  it('asks the order service by RPC for open orders', async () => {
    const person = await user.person()
    const close = () => user.call('DELETE /users/me', { as: person.accessToken })
    await expect(user.bus.request({ service: 'order', method: 'count_open_orders' }, {})).rejects.toThrow(
      UnknownServiceError,
    )
    expect((await close()).status).toBe(503)
    let open = 1
    const asked: unknown[] = []
    user.bus.serve('order', {
      count_open_orders: async ({ kwargs, headers }) => {
        asked.push({ ...kwargs, isSigned: headers['authorization']?.startsWith('Bearer ') })
        return { open }
      },
    })
    expect(await close()).toMatchObject({ status: 409, body: { code: 'conflict' } })
    open = 0
    expect((await close()).status).toBeLessThan(300)
    expect(asked).toContainEqual({ userId: person.id, isSigned: true })
  })
})
