import { testTokens } from '@toko/testkit'
import { expect, it } from 'vitest'
import { json, startTarget } from '../client/target.test-support.ts'
import { fetchedKeys, remoteKeys, userVerifier } from './user-tokens.ts'

/** A user service that answers its keys and can go away, and a token of one of its users. */
async function userService() {
  const tokens = await testTokens()
  const target = await startTarget((_, response) => json(response, 200, tokens.keySet))
  const token = (await tokens.user('usr_1')).slice('Bearer '.length)
  return { ...target, token, keys: remoteKeys(`http://127.0.0.1:${target.port}/jwks.json`) }
}

it('has the keys before the first token asks for them, and goes on without the user service', async () => {
  await using users = await userService()
  await fetchedKeys(users.keys).start?.()
  expect(users.requests).toHaveLength(1)
  await users[Symbol.asyncDispose]()
  expect(await userVerifier(users.keys)(users.token)).toMatchObject({ id: 'usr_1', roles: ['customer'] })
})

it('starts without the user service, and asks again when a token comes', async () => {
  await using users = await userService()
  await users[Symbol.asyncDispose]()
  await fetchedKeys(users.keys).start?.()
  await expect(userVerifier(users.keys)(users.token)).rejects.toMatchObject({ code: 'dependency-unavailable' })
})
