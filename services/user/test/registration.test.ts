import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { newEmail, newPassword, startUser, times, type UserUnderTest } from './harness.ts'

let user: UserUnderTest
beforeAll(async () => {
  // Limits count in windows by the clock: no test may see the end of one, so they last 24 days.
  user = await startUser({ variables: { USER_SIGN_IN_WINDOW_MS: String(2 ** 31 - 1) } })
})
afterAll(() => user.stop())

const register = (email: string, password = newPassword(), more: object = {}) =>
  user.call('POST /users', { body: { email, password, ...more } })
const mailsTo = async (to: string) =>
  (await user.call(`GET /mailbox?limit=100&to=${to}`, { as: await user.asService('cli') })).body.items as {
    template: string
  }[]

describe('registration', () => {
  it('mails a link that makes the account usable, and only then lets it sign in', async () => {
    const [email, password] = [newEmail(), newPassword()]
    const answer = await register(`  ${email.toUpperCase()} `, password, { name: 'Siti' })
    expect(answer).toMatchObject({ status: 202, body: { status: 'verification-sent' } })
    expect((await user.call('POST /sessions', { body: { email, password } })).status).toBe(401)
    const mail = await user.mailTo(email, 'verify-email')
    expect(mail.link).toMatch(/^http:\/\/shop\.test\/verify-email#token=/)
    const token = await user.tokenIn(email, 'verify-email')
    expect((await user.call('POST /email-verifications', { body: { token } })).status).toBe(204)
    expect((await user.call('POST /email-verifications', { body: { token } })).body.code).toBe('token-invalid')
    const { accessToken } = await user.signIn(email, password)
    const me = await user.call('GET /users/me', { as: accessToken })
    expect(me.body).toMatchObject({ email, name: 'Siti', roles: ['customer'], isEmailVerified: true, status: 'active' })
    expect(await eventually(() => user.auditOf(me.body.id))).toEqual(['registered', 'email-verified'])
  })

  it('makes one account of 50 parallel registrations of one e-mail, with the same answer for all (U1)', async () => {
    const email = newEmail()
    const answers = await times(50, () => register(email))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['202 {"status":"verification-sent"}']),
    )
    expect(await user.db.collection('users').countDocuments({ email })).toBe(1)
    await eventually(async () => {
      expect(await user.db.collection('mails').countDocuments({ state: 'waiting' })).toBe(0)
    })
    expect((await mailsTo(email)).length, 'mails to one address are limited').toBe(5)
  })

  it('tells a known address by mail alone, and leaves its account as it is', async () => {
    const known = await user.person()
    const before = await user.db.collection('users').findOne({ email: known.email })
    const [toKnown, toNew] = [await register(known.email), await register(newEmail())]
    expect([toKnown.status, toKnown.text]).toEqual([toNew.status, toNew.text])
    expect(Object.keys(toKnown.headers).toSorted()).toEqual(Object.keys(toNew.headers).toSorted())
    expect((await user.mailTo(known.email, 'account-exists')).link).toBeNull()
    expect(await user.db.collection('users').findOne({ email: known.email })).toEqual(before)
  })

  it('gives nothing to somebody who registers an address before its owner does', async () => {
    const [email, attackers, owners] = [newEmail(), newPassword(), newPassword()]
    await register(email, attackers, { name: 'Attacker' })
    await user.mailTo(email, 'verify-email')
    await register(email, owners, { name: 'Owner' })
    const links = await eventually(async () => {
      const mails = (await mailsTo(email)) as unknown as { link: string }[]
      expect(mails.length).toBe(2)
      return mails.map(({ link }) => /token=(.*)/.exec(link)![1]!)
    })
    expect((await user.call('POST /email-verifications', { body: { token: links[0] } })).status).toBe(204)
    expect((await user.call('POST /sessions', { body: { email, password: attackers } })).status).toBe(401)
    const { accessToken } = await user.signIn(email, owners)
    expect((await user.call('GET /users/me', { as: accessToken })).body.name).toBe('Owner')
    expect((await user.call('POST /email-verifications', { body: { token: links[1] } })).status).toBe(400)
  })

  it('mails the link again on request, only to an account that needs it', async () => {
    const [email, password] = [newEmail(), newPassword()]
    await register(email, password)
    await user.mailTo(email, 'verify-email')
    const [fresh, unknown] = [email, newEmail()]
    for (const to of [fresh, unknown]) {
      const answer = await user.call('POST /email-verifications/requests', { body: { email: to } })
      expect([answer.status, answer.text]).toEqual([202, '{"status":"accepted"}'])
    }
    await eventually(async () => expect(await mailsTo(fresh)).toHaveLength(2))
    expect(await mailsTo(unknown)).toEqual([])
    const token = await user.tokenIn(fresh, 'verify-email')
    expect((await user.call('POST /email-verifications', { body: { token } })).status).toBe(204)
    await user.signIn(email, password)
  })

  it.each([
    ['a short one', 'only 14 chars!'],
    ['a common one, repeated', 'passwordpassword'],
    ['a common one in disguise', 'P@ssw0rdP@ssw0rd123'],
    ['a run', '1234567890123456789'],
    ['a keyboard run', 'qwertyuiopasdfghjkl'],
    ['one letter', 'aaaaaaaaaaaaaaaaaaaa'],
    ['a short unit, repeated', 'x7$x7$x7$x7$x7$x7$'],
    ['the shop', 'tokotokotoko12345'],
    ['201 characters', 'x'.repeat(201)],
  ])('refuses %s as a password', async (_what, password) => {
    const answer = await register(newEmail(), password)
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0].pointer).toBe('/password')
    expect(answer.text).not.toContain(password)
  })

  it('refuses the e-mail as a password', async () => {
    const email = 'somebody.special@users.test'
    expect((await register(email, 'somebody.special@users.test')).status).toBe(400)
    expect((await register(email, 'somebody.special123')).status).toBe(400)
  })

  it('takes 64 emoji, tells long passwords apart after 72 bytes, and composes accents (NFKC)', async () => {
    const cli = await user.asService('cli')
    const put = (email: string, password: string) =>
      user.call('PUT /internal/accounts', { as: cli, body: { email, password } })
    const [emoji, long, accent] = [newEmail(), newEmail(), newEmail()]
    expect((await put(emoji, '🦜🛒🍜🌋🎋🏝🐘🦎'.repeat(8))).status).toBe(200)
    const prefix = 'kx9 '.repeat(20)
    await put(long, `${prefix}first ending`)
    await user.signIn(long, `${prefix}first ending`)
    expect(
      (await user.call('POST /sessions', { body: { email: long, password: `${prefix}other ending` } })).status,
    ).toBe(401)
    await put(accent, 'caf\u00e9 on the corner')
    await user.signIn(accent, 'cafe\u0301 on the corner')
  })
})
