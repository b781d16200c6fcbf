import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, expect, it } from 'vitest'
import { fetchedKeys, remoteKeys, tokenProfile, userVerifier } from './user-tokens.ts'

const resources: AsyncDisposableStack[] = []
afterEach(() => resources.pop()?.disposeAsync())

/** A user service that answers its keys, counts how often it was asked, and can go away. */
async function userService() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const started = new AsyncDisposableStack()
  started.defer(stop)
  resources.push(started)
  const nowS = Math.floor(Date.now() / 1000)
  const token = await new SignJWT({ sid: 'ses_1', roles: ['customer'], auth_time: nowS })
    .setProtectedHeader({ alg: 'ES256', typ: tokenProfile.type, kid: 'k1' })
    .setIssuer(tokenProfile.issuer)
    .setAudience(tokenProfile.audience)
    .setSubject('usr_1')
    .setJti('1')
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 300)
    .sign(privateKey)
  return { url, token, stop, asked: () => asked }
}

it('has the keys before the first token asks for them, and goes on without the user service', async () => {
  const users = await userService()
  const keys = remoteKeys(users.url)
  await fetchedKeys(keys).start?.()
  expect(users.asked()).toBe(1)
  await users.stop()
  expect(await userVerifier(keys)(users.token)).toMatchObject({ id: 'usr_1', roles: ['customer'] })
})

it('starts without the user service, and asks again when a token comes', async () => {
  const users = await userService()
  await users.stop()
  const keys = remoteKeys(users.url)
  await fetchedKeys(keys).start?.()
  await expect(userVerifier(keys)(users.token)).rejects.toMatchObject({ code: 'dependency-unavailable' })
})
