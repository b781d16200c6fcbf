import { hash } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, fakeClock } from '@toko/testkit'
import { newEmail, newPassword, type Person, startUser, times, type UserUnderTest } from './harness.ts'

let user: UserUnderTest
beforeAll(async () => {
  user = await startUser()
})
afterAll(() => user.stop())

const signIn = (email: string, password: string) => user.call('POST /sessions', { body: { email, password } })
const refresh = (refreshToken: string) => user.call('POST /sessions/refresh', { body: { refreshToken } })
const change = (person: Person, currentPassword: string, next: string) =>
  user.call('PUT /users/me/password', { as: person.accessToken, body: { currentPassword, newPassword: next } })
const confirm = (token: string, password: string) =>
  user.call('POST /password-resets/confirmations', { body: { token, password } })
async function resetToken(email: string): Promise<string> {
  expect((await user.call('POST /password-resets', { body: { email } })).status).toBe(202)
  return user.tokenIn(email, 'reset-password')
}

describe('change of the password', () => {
  it('needs the current one, ends the other sessions and tells the owner', async () => {
    const person = await user.person()
    const second = await user.signIn(person.email, person.password)
    const next = newPassword()
    const wrong = await change(person, newPassword(), next)
    expect([wrong.status, wrong.body.code]).toEqual([401, 'reauthentication-required'])
    expect((await change(person, person.password, 'passwordpassword')).body.errors[0].pointer).toBe('/newPassword')
    expect((await change(person, person.password, next)).status).toBe(204)
    expect((await refresh(second.refreshToken)).status).toBe(401)
    expect((await refresh(person.refreshToken)).status).toBe(200)
    expect([(await signIn(person.email, person.password)).status, (await signIn(person.email, next)).status]).toEqual([
      401, 201,
    ])
    await user.mailTo(person.email, 'password-changed')
    await eventually(async () => expect(await user.auditOf(person.id)).toContain('password-changed'))
  })

  it('renews a hash that was made with weaker parameters, at the next sign-in', async () => {
    const person = await user.person()
    const users = user.db.collection('users')
    const weak = await hash(person.password, { algorithm: 2, memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await users.updateOne({ _id: person.id as never }, { $set: { passwordHash: weak } })
    expect((await signIn(person.email, person.password)).status).toBe(201)
    expect((await users.findOne({ _id: person.id as never }))?.['passwordHash']).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    )
    expect((await signIn(person.email, person.password)).status).toBe(201)
  })

  it('works once of two at a time', async () => {
    const person = await user.person()
    const answers = await times(2, () => change(person, person.password, newPassword()))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409])
  })

  it('throttles guesses at the current password', async () => {
    const person = await user.person()
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await change(person, newPassword(), newPassword())).status)
    expect(statuses).toContain(429)
  })
})

describe('reset of the password (U7)', () => {
  it('answers the same for known and unknown, and mails only the known', async () => {
    const person = await user.person()
    const unknown = newEmail()
    const answers = await Promise.all(
      [person.email, unknown].map((email) => user.call('POST /password-resets', { body: { email } })),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    await user.mailTo(person.email, 'reset-password')
    expect(await user.db.collection('mails').countDocuments({ sentTo: unknown })).toBe(0)
  })

  it('sets a password once, ends all sessions, signs nobody in', async () => {
    const person = await user.person()
    const token = await resetToken(person.email)
    const next = newPassword()
    expect((await confirm(token, 'password1password1')).status, 'a weak one does not use the token up').toBe(400)
    const done = await confirm(token, next)
    expect([done.status, done.text]).toEqual([204, ''])
    expect((await confirm(token, newPassword())).body.code).toBe('token-invalid')
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect((await signIn(person.email, next)).status).toBe(201)
    await eventually(async () => expect(await user.auditOf(person.id)).toContain('password-reset'))
  })

  it('lets one of ten parallel uses of a token win', async () => {
    const person = await user.person()
    const token = await resetToken(person.email)
    const answers = await times(10, () => confirm(token, newPassword()))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      204,
      ...Array.from({ length: 9 }, () => 400),
    ])
  })

  it('expires after 15 minutes', async () => {
    const clock = fakeClock()
    const timed = await startUser({ clock })
    try {
      const { email } = await timed.person()
      await timed.call('POST /password-resets', { body: { email } })
      const token = await timed.tokenIn(email, 'reset-password')
      const use = () => timed.call('POST /password-resets/confirmations', { body: { token, password: newPassword() } })
      clock.advance(15 * 60_000)
      expect((await use()).body.code).toBe('token-invalid')
      clock.advance(-1)
      expect((await use()).status).toBe(204)
    } finally {
      await timed.stop()
    }
  })

  it('dies with a change of the password, and is of no use for another purpose', async () => {
    const person = await user.person()
    const token = await resetToken(person.email)
    for (const path of ['/email-verifications', '/email-changes/confirmations'])
      expect((await user.call(`POST ${path}`, { body: { token } })).body.code).toBe('token-invalid')
    await change(person, person.password, newPassword())
    expect((await confirm(token, newPassword())).body.code).toBe('token-invalid')
  })

  it('keeps digests of tokens only: neither tokens, outbox nor mails hold one to read', async () => {
    const person = await user.person()
    const token = await resetToken(person.email)
    for (const collection of ['oneTimeTokens', 'mails', 'users', 'sessions', 'audit']) {
      const stored = JSON.stringify(await user.db.collection(collection).find({}).toArray())
      expect(stored, collection).not.toContain(token)
      expect(stored, collection).not.toContain('MARKER')
    }
    expect(token.length, '128 bits and more').toBeGreaterThanOrEqual(22)
  })

  it('takes its links from configuration, whatever Host says', async () => {
    const person = await user.person()
    const headers = { host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'gopher' }
    await user.call('POST /password-resets', { body: { email: person.email }, headers })
    const mail = await user.mailTo(person.email, 'reset-password')
    expect(mail.link).toMatch(/^http:\/\/shop\.test\//)
    expect(JSON.stringify(mail)).not.toContain('evil')
  })

  it('verifies the e-mail of an account that never was', async () => {
    const [email, first, next] = [newEmail(), newPassword(), newPassword()]
    await user.call('POST /users', { body: { email, password: first } })
    await user.mailTo(email, 'verify-email')
    expect((await confirm(await resetToken(email), next)).status).toBe(204)
    expect((await signIn(email, next)).status).toBe(201)
  })
})

describe('change of the e-mail', () => {
  const ask = (person: Person, email: string) =>
    user.call('POST /users/me/email-changes', { as: person.accessToken, body: { email } })
  const complete = (token: string) => user.call('POST /email-changes/confirmations', { body: { token } })

  it('asks the new address and tells the old one', async () => {
    const person = await user.person()
    const next = newEmail()
    const reset = await resetToken(person.email)
    expect((await ask(person, next)).status).toBe(202)
    await user.mailTo(person.email, 'email-change-notice')
    const token = await user.tokenIn(next, 'confirm-email-change')
    expect((await signIn(next, person.password)).status, 'nothing has changed yet').toBe(401)
    expect((await complete(token)).status).toBe(204)
    expect((await complete(token)).status).toBe(400)
    expect([
      (await signIn(person.email, person.password)).status,
      (await signIn(next, person.password)).status,
    ]).toEqual([401, 201])
    await user.mailTo(person.email, 'email-changed')
    expect((await confirm(reset, newPassword())).status, 'a link to the old address is worth nothing').toBe(400)
  })

  it('is void when the account got another address in between', async () => {
    const person = await user.person()
    const next = newEmail()
    await ask(person, next)
    const token = await user.tokenIn(next, 'confirm-email-change')
    await user.db.collection('users').updateOne({ _id: person.id as never }, { $set: { email: newEmail() } })
    expect((await complete(token)).body.code).toBe('token-invalid')
  })

  it('does not tell that an address is taken, but its owner', async () => {
    const [person, owner] = [await user.person(), await user.person()]
    const [taken, free] = [await ask(person, owner.email), await ask(person, newEmail())]
    expect([taken.status, taken.text]).toEqual([202, '{"status":"accepted"}'])
    expect([free.status, free.text]).toEqual([taken.status, taken.text])
    expect((await user.mailTo(owner.email, 'email-taken')).link).toBeNull()
  })

  it('gives an address that two want to the one who confirms first', async () => {
    const [one, two] = [await user.person(), await user.person()]
    const email = newEmail()
    await ask(one, email)
    const first = await user.tokenIn(email, 'confirm-email-change')
    await ask(two, email)
    const second = await eventually(async () => {
      const token = await user.tokenIn(email, 'confirm-email-change')
      expect(token).not.toBe(first)
      return token
    })
    const answers = await Promise.all([complete(first), complete(second)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409])
    expect(await user.db.collection('users').countDocuments({ email })).toBe(1)
  })
})
