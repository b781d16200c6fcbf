import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serviceToken } from '@toko/http'
import { describeHostileInput } from '@toko/testkit'
import { userServiceRoutes } from '../src/routes.ts'
import { newEmail, newPassword, type Person, secrets, startUser, type UserUnderTest } from './harness.ts'

let user: UserUnderTest
let person: Person
let admin: Person
beforeAll(async () => {
  user = await startUser({
    variables: { USER_SIGN_IN_FAILS_PER_IP: '1000000', USER_MAIL_REQUESTS_PER_IP: '1000000' },
  })
  person = await user.person()
  admin = await user.person(['admin', 'support'])
})
afterAll(() => user.stop())

describeHostileInput({
  app: () => user.app,
  // only declarations are read here; the requests go to the app
  routes: userServiceRoutes({} as never, () => Promise.reject(new Error('not called')), {
    hasMailbox: true,
    deadLetters: {} as never,
  }),
  async authorization({ auth }) {
    if (auth === 'public') return undefined
    if (auth === 'service') return `Bearer ${await serviceToken('cli', 'user', secrets.fromCli)()}`
    return `Bearer ${auth === 'user' ? person.accessToken : admin.accessToken}`
  },
})

describe('attacks', () => {
  it('refuses operators in a sign-in', async () => {
    for (const value of [{ $ne: null }, { $gt: '' }, { $regex: '.*' }, ['a'], null, true, 1])
      for (const field of ['email', 'password']) {
        const body = { email: person.email, password: person.password, [field]: value }
        expect((await user.call('POST /sessions', { body })).status, `${field} ${JSON.stringify(value)}`).toBe(400)
      }
  })

  it('answers monstrous e-mails within 50 ms', async () => {
    const local = 'a'.repeat(64)
    for (const email of [
      `${'a'.repeat(310)}@users.test`,
      `${'a.'.repeat(32)}a`,
      `${local}@${'b-'.repeat(90)}`,
      'x@'.repeat(100),
      'a'.repeat(65),
      '',
      ' ',
      'a@b',
    ]) {
      const tookMs: number[] = []
      while (tookMs.length < 3) {
        const startedAt = performance.now()
        const { status } = await user.call('POST /password-resets', { body: { email } })
        tookMs.push(performance.now() - startedAt)
        expect(status, email).toBe(400)
      }
      expect(Math.min(...tookMs), 'best of three, as other tests share the cores').toBeLessThan(50)
    }
  })

  it('refuses a password of 1 MB before hashing', async () => {
    const body = { email: newEmail(), password: 'x'.repeat(1_000_000) }
    expect((await user.call('POST /users', { body })).status).toBe(413)
    expect((await user.call('POST /users', { body: { ...body, password: 'x'.repeat(5000) } })).status).toBe(400)
  })

  it('names the field of a registration that nobody may set', async () => {
    for (const field of [
      'role',
      'roles',
      'isAdmin',
      '_id',
      '__v',
      'status',
      'emailVerifiedAt',
      'passwordHash',
      'userId',
    ]) {
      const body = { email: newEmail(), password: newPassword(), [field]: 'admin' }
      const answer = await user.call('POST /users', { body })
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, `/${field}`])
    }
  })

  it('does not take other spellings of a path for another authorisation', async () => {
    for (const path of ['/USERS/ME', '/users/me/', '//users/me', '/users/me;x=1', '/users/%6de%00'])
      expect([401, 404], path).toContain((await user.call(`GET ${path}`)).status)
    expect((await user.call('GET /users/%6de')).status).toBe(401)
  })

  it('answers undeclared methods with 405 and Allow', async () => {
    const answer = await user.call('DELETE /users/me/password', { as: person.accessToken })
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'PUT'])
    const override = { 'x-http-method-override': 'DELETE' }
    expect((await user.call('GET /users/me', { as: person.accessToken, headers: override })).status).toBe(200)
  })

  it('guesses at mailed tokens are all the same answer', async () => {
    const { body, status } = await user.call('POST /email-verifications', { body: { token: 'A'.repeat(32) } })
    expect([status, body.code]).toEqual([400, 'token-invalid'])
  })
})
