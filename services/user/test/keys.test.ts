import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { tokenProfile } from '@toko/http'
import { fakeClock } from '@toko/testkit'
import { startUser, type UserUnderTest } from './harness.ts'

const [minute, day] = [60_000, 86_400_000]
const keySet = async (user: UserUnderTest) => (await user.call('GET /.well-known/jwks.json')).body
const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid as string

describe('signing keys', () => {
  it('rotate by age on two replicas without an invalid token: published before they sign, kept after', async () => {
    const clock = fakeClock()
    const first = await startUser({ clock })
    const second = await startUser({ clock, database: first.database })
    const both = [first, second]
    const rotate = () => Promise.all(both.map(({ service }) => service.rotateKeys()))
    const verify = async (token: string) =>
      jwtVerify(token, createLocalJWKSet(await keySet(first)), {
        issuer: tokenProfile.issuer,
        audience: tokenProfile.audience,
        typ: tokenProfile.type,
        currentDate: new Date(clock.now()),
      })
    try {
      const { email, password, accessToken } = await first.person()
      const signIn = async () => (await second.signIn(email, password)).accessToken
      expect((await keySet(first)).keys).toHaveLength(1)
      const oldKid = kidOf(accessToken)
      clock.advance(30 * day)
      await rotate()
      const [one, two] = [await keySet(first), await keySet(second)]
      expect(one).toEqual(two)
      expect(one.keys, 'one new key, however many replicas').toHaveLength(2)
      expect(kidOf(await signIn()), 'verifiers may not have it yet').toBe(oldKid)
      clock.advance(20 * minute - 1)
      const lastOfOld = await signIn()
      expect(kidOf(lastOfOld)).toBe(oldKid)
      clock.advance(1)
      const newToken = await signIn()
      expect(kidOf(newToken)).not.toBe(oldKid)
      clock.advance(4 * minute)
      await rotate()
      await verify(lastOfOld)
      await verify(newToken)
      clock.advance(26 * minute + 1)
      await rotate()
      expect((await keySet(first)).keys.map(({ kid }: { kid: string }) => kid)).toEqual([kidOf(newToken)])
      await verify(await signIn())
    } finally {
      for (const user of both) await user.stop()
    }
  })

  it('survive a restart, and no private part is ever shown or stored readable', async () => {
    const before = await startUser()
    const person = await before.person()
    const keys = await keySet(before)
    const answer = await before.call('GET /.well-known/jwks.json')
    expect(answer.headers['cache-control']).toBe('public, max-age=300')
    expect(Object.keys(keys.keys[0]).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    const stored = JSON.stringify(await before.db.collection('signingKeys').find({}).toArray())
    expect(stored).not.toMatch(/"d":/)
    await before.stop()
    const after = await startUser({ database: before.database })
    try {
      expect(await keySet(after)).toEqual(keys)
      expect((await after.call('GET /users/me', { as: person.accessToken })).status).toBe(200)
    } finally {
      await after.stop()
    }
  })

  it('make one key when two replicas start at once on an empty database', async () => {
    const first = startUser({ database: 'user_race_of_keys' })
    const [one, two] = await Promise.all([first, startUser({ database: 'user_race_of_keys' })])
    try {
      expect((await keySet(one)).keys).toHaveLength(1)
      expect(await keySet(one)).toEqual(await keySet(two))
      const { accessToken } = await one.person()
      expect((await two.call('GET /users/me', { as: accessToken })).status).toBe(200)
    } finally {
      await one.db.dropDatabase()
      await Promise.all([one.stop(), two.stop()])
    }
  })

  it('stop the start with another key secret, saying what to do', async () => {
    const before = await startUser()
    await before.stop()
    const other = { USER_KEY_SECRET: 'another key secret, 32 characters or more' }
    await expect(startUser({ database: before.database, variables: other })).rejects.toThrow(
      /^user: USER_KEY_SECRET does not open signing key/,
    )
  })
})
