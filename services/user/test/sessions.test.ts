import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, fakeClock } from '@toko/testkit'
import { newPassword, startUser, times, type UserUnderTest } from './harness.ts'

const clock = fakeClock()
let user: UserUnderTest
let other: UserUnderTest
/** Its clock moves; access tokens that it makes later than now are refused by verifiers, whose clock is the real one. */
let timed: UserUnderTest
beforeAll(async () => {
  user = await startUser()
  other = await startUser({ database: user.database })
  timed = await startUser({ clock })
})
afterAll(() => Promise.all([user.stop(), other.stop(), timed.stop()]))

const refresh = (refreshToken: string, replica = user) =>
  replica.call('POST /sessions/refresh', { body: { refreshToken } })
const tokenStatus = async (sid: string, replica = user) =>
  (await replica.call('POST /internal/token-status', { as: await user.asService('order'), body: { sid } })).body.active

describe('refresh tokens', () => {
  it('rotate: a new pair, the same session', async () => {
    const person = await user.person()
    const { status, body } = await refresh(person.refreshToken)
    expect(status).toBe(200)
    expect(body.refreshToken).not.toBe(person.refreshToken)
    expect(body.session.id).toBe(person.session.id)
    expect((await user.call('GET /users/me', { as: body.accessToken })).body.id).toBe(person.id)
    expect((await refresh(body.refreshToken)).status).toBe(200)
  })

  it('give ten parallel refreshes, on two replicas, the same successor (U3)', async () => {
    for (let run = 0; run < 5; run++) {
      const person = await user.person()
      const answers = await times(10, (i) => refresh(person.refreshToken, i % 2 ? user : other))
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
      expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1)
      expect((await refresh(answers[0]!.body.refreshToken)).status).toBe(200)
    }
  })

  it('serve two tabs: the second is late, but within 10 s', async () => {
    const person = await timed.person()
    const first = await refresh(person.refreshToken, timed)
    clock.advance(9_999)
    const second = await refresh(person.refreshToken, timed)
    expect(second.body.refreshToken).toBe(first.body.refreshToken)
  })

  it('end the family when one comes again after the grace period, and tell its owner', async () => {
    const person = await timed.person()
    const { body } = await refresh(person.refreshToken, timed)
    clock.advance(10_001)
    expect((await refresh(person.refreshToken, timed)).status).toBe(401)
    expect((await refresh(body.refreshToken, timed)).status, 'the thief or the owner: both are out').toBe(401)
    expect(await tokenStatus(person.session.id, timed)).toBe(false)
    await timed.mailTo(person.email, 'refresh-token-reused')
    await eventually(async () => expect(await timed.auditOf(person.id)).toContain('refresh-token-reused'))
  })

  it('end the family when an older generation comes, also within 10 s', async () => {
    const person = await user.person()
    const second = (await refresh(person.refreshToken)).body
    const third = (await refresh(second.refreshToken)).body
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect((await refresh(third.refreshToken)).status).toBe(401)
  })

  it('are not ended by a guess of somebody who only knows the session id', async () => {
    const person = await user.person()
    for (const bytes of [32, 48, 96]) {
      const guess = `${person.session.id}.${randomBytes(bytes).toString('base64url')}`
      expect((await refresh(guess)).status).toBe(401)
    }
    expect((await refresh(person.refreshToken)).status).toBe(200)
  })

  it('expire idle after 14 days and for good after 90', async () => {
    const [idle, busy] = [await timed.person(), await timed.person()]
    let token = busy.refreshToken
    const day = 86_400_000
    for (let days = 13; days < 90; days += 13) {
      clock.advance(13 * day)
      const { status, body } = await refresh(token, timed)
      expect(status, `after ${days} days`).toBe(200)
      token = body.refreshToken
    }
    expect((await refresh(idle.refreshToken, timed)).status).toBe(401)
    clock.advance(13 * day)
    expect((await refresh(token, timed)).status, 'after 91 days').toBe(401)
  })

  it('lie in the database as digests only, their successor sealed', async () => {
    const person = await user.person()
    const { body } = await refresh(person.refreshToken)
    const stored = JSON.stringify(await user.db.collection('sessions').findOne({ userId: person.id }))
    for (const token of [person.refreshToken, body.refreshToken])
      expect(stored).not.toContain(token.slice(token.indexOf('.') + 1))
    expect(stored).toContain('sealed')
  })
})

describe('ends of sessions (U2)', () => {
  it('signs out by access token, again and again', async () => {
    const person = await user.person()
    const out = () => user.call('DELETE /sessions/current', { as: person.accessToken })
    expect([(await out()).status, (await out()).status]).toEqual([204, 204])
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect(await tokenStatus(person.session.id)).toBe(false)
  })

  it('signs out by refresh token, and refuses what is neither', async () => {
    const person = await user.person()
    const out = (as?: string) => user.call('DELETE /sessions/current', as === undefined ? {} : { as })
    expect((await out(`${person.session.id}.${randomBytes(48).toString('base64url')}`)).status).toBe(401)
    expect(await tokenStatus(person.session.id)).toBe(true)
    expect([(await out(person.refreshToken)).status, (await out(person.refreshToken)).status]).toEqual([204, 204])
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect([(await out()).status, (await out('nonsense')).status]).toEqual([401, 401])
  })

  it('lists own sessions, newest first, page by page, and ends one', async () => {
    const person = await user.person()
    await user.signIn(person.email, person.password, { 'user-agent': 'Second' })
    const third = await user.signIn(person.email, person.password, { 'user-agent': 'Third' })
    const list = (query = '') => user.call(`GET /sessions${query}`, { as: third.accessToken })
    const { items } = (await list()).body
    expect(items.map((item: { device: string; isCurrent: boolean }) => [item.device, item.isCurrent])).toEqual([
      ['Third', true],
      ['Second', false],
      [null, false],
    ])
    const first = (await list('?limit=2')).body
    const rest = (await list(`?limit=2&cursor=${first.next}`)).body
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(items.map(({ id }: { id: string }) => id))
    expect((await list('?cursor=bm9uc2Vuc2U')).body.code).toBe('cursor-invalid')
    const end = () => user.call(`DELETE /sessions/${person.session.id}`, { as: third.accessToken })
    expect([(await end()).status, (await end()).status]).toEqual([204, 404])
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect((await list()).body.items).toHaveLength(2)
  })

  it("answers another's session like an unknown one", async () => {
    const [one, two] = [await user.person(), await user.person()]
    const foreign = await user.call(`DELETE /sessions/${one.session.id}`, { as: two.accessToken })
    const unknown = await user.call(`DELETE /sessions/ses_${'0'.repeat(32)}`, { as: two.accessToken })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
    expect(foreign.status).toBe(404)
    expect(await tokenStatus(one.session.id)).toBe(true)
  })

  it('ends all but this one', async () => {
    const person = await user.person()
    const second = await user.signIn(person.email, person.password)
    expect((await user.call('DELETE /sessions', { as: second.accessToken })).status).toBe(400)
    const answer = await user.call('DELETE /sessions?except=current', { as: second.accessToken })
    expect(answer.status).toBe(204)
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect((await refresh(second.refreshToken)).status).toBe(200)
    expect((await user.call('DELETE /sessions?except=current', { as: person.accessToken })).status).toBe(401)
  })

  it('ends a session whose sign-in overlapped with the change of the password', async () => {
    const person = await user.person()
    const next = newPassword()
    const change = user.call('PUT /users/me/password', {
      as: person.accessToken,
      body: { currentPassword: person.password, newPassword: next },
    })
    const signIns = await times(4, () =>
      user.call('POST /sessions', { body: { email: person.email, password: person.password } }),
    )
    expect((await change).status).toBe(204)
    const made = signIns.filter(({ status }) => status === 201)
    for (const { body } of made) expect((await refresh(body.refreshToken)).status).toBe(401)
    expect((await refresh(person.refreshToken)).status).toBe(200)
  })
})

describe('a new device', () => {
  it('is told by mail and audit, the first and a known one are not', async () => {
    const person = await user.person()
    await user.signIn(person.email, person.password)
    await user.signIn(person.email, person.password, { 'user-agent': 'Strange Browser/1.0' })
    expect((await user.mailTo(person.email, 'new-device')).text).toContain('Strange Browser/1.0')
    await eventually(async () =>
      expect((await user.auditOf(person.id)).filter((action) => action === 'signed-in-from-new-device')).toHaveLength(
        1,
      ),
    )
  })
})
