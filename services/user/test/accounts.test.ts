import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, testTokens } from '@toko/testkit'
import {
  fakeOrderService,
  newEmail,
  newPassword,
  type Person,
  startUser,
  times,
  type UserUnderTest,
} from './harness.ts'

let orders: Awaited<ReturnType<typeof fakeOrderService>>
let user: UserUnderTest
beforeAll(async () => {
  orders = await fakeOrderService()
  user = await startUser({ orderUrl: orders.url, variables: { USER_DELETION_GRACE_MS: '0', USER_MAX_ADDRESSES: '5' } })
})
afterAll(async () => {
  await user.stop()
  await orders.stop()
})

const me = (person: Person) => user.call('GET /users/me', { as: person.accessToken })

describe('profile', () => {
  it('is changed by merge patch on top of a known version', async () => {
    const person = await user.person()
    const before = await me(person)
    expect(before.headers['etag']).toBe(`"${before.body.version}"`)
    expect(before.headers['cache-control']).toBe('no-store')
    const patch = (body: object, ifMatch?: number | string) =>
      user.call('PATCH /users/me', { as: person.accessToken, body, ...(ifMatch === undefined ? {} : { ifMatch }) })
    const changed = await patch({ name: 'Budi', phone: '+6281234567', locale: 'id-ID' }, before.body.version)
    expect(changed.body).toMatchObject({ name: 'Budi', phone: '+6281234567', locale: 'id-ID' })
    const removed = await patch({ phone: null }, changed.body.version)
    expect(removed.body).toMatchObject({ name: 'Budi', phone: null })
    expect((await patch({ name: 'Late' }, before.body.version)).status).toBe(412)
    expect((await patch({ name: 'Blind' })).status).toBe(428)
    expect((await patch({ name: 'Weak' }, `W/"${removed.body.version}"`)).status).toBe(412)
    expect((await me(person)).body.name).toBe('Budi')
  })

  it('lets one of 50 parallel patches of a version win', async () => {
    const person = await user.person()
    const { version } = (await me(person)).body
    const answers = await times(50, (i) =>
      user.call('PATCH /users/me', { as: person.accessToken, body: { name: `Name ${i}` }, ifMatch: version }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(49)
  })

  it('refuses what is not the profile, naming the field', async () => {
    const person = await user.person()
    for (const field of ['role', 'roles', 'isAdmin', '_id', '__v', 'createdAt', 'passwordHash', 'email', 'status']) {
      const answer = await user.call('PATCH /users/me', { as: person.accessToken, body: { [field]: 'x' }, ifMatch: 1 })
      expect([answer.status, answer.body.errors[0].pointer], field).toEqual([400, `/${field}`])
    }
  })

  it('stores scripts, emoji and right-to-left text as text, and nothing that cannot be stored', async () => {
    const person = await user.person()
    const name = '<script>alert(1)</script> \u202eevil 🦜'
    const patch = (text: string, ifMatch: number) =>
      user.call('PATCH /users/me', { as: person.accessToken, body: { name: text }, ifMatch })
    const { version } = (await me(person)).body
    const changed = await patch(name, version)
    expect(changed.body.name).toBe(name)
    expect(changed.headers['x-content-type-options']).toBe('nosniff')
    expect(changed.headers['content-type']).toBe('application/json')
    expect((await patch('a\u0000b', changed.body.version)).status).toBe(400)
  })
})

describe('addresses', () => {
  const address = { name: 'Siti', line1: 'Jalan Satu 1', city: 'Bandung', postalCode: '40111', country: 'ID' }
  const add = (person: Person, more: object = {}) =>
    user.call('POST /users/me/addresses', { as: person.accessToken, body: { ...address, ...more } })
  const list = async (person: Person) =>
    (await user.call('GET /users/me/addresses', { as: person.accessToken })).body.items as {
      id: string
      version: number
      isDefaultShipping: boolean
      isDefaultBilling: boolean
    }[]

  it('are added, replaced and removed, each on top of its own version', async () => {
    const person = await user.person()
    const one = await add(person)
    expect(one).toMatchObject({ status: 201, body: { ...address, isDefaultShipping: false, version: 1 } })
    expect(one.headers['location']).toBe(`/users/me/addresses/${one.body.id}`)
    await add(person, { city: 'Jakarta' })
    const path = `/users/me/addresses/${one.body.id}`
    const put = (ifMatch: number) =>
      user.call(`PUT ${path}`, { as: person.accessToken, body: { ...address, city: 'Bogor' }, ifMatch })
    expect((await put(1)).body).toMatchObject({ city: 'Bogor', version: 2 })
    expect((await put(1)).status).toBe(412)
    const remove = (ifMatch: number) => user.call(`DELETE ${path}`, { as: person.accessToken, ifMatch })
    expect([(await remove(1)).status, (await remove(2)).status, (await remove(2)).status]).toEqual([412, 204, 404])
    expect(await list(person)).toHaveLength(1)
  })

  it('have one default per kind', async () => {
    const person = await user.person()
    await add(person, { isDefaultShipping: true, isDefaultBilling: true })
    await add(person, { isDefaultShipping: true })
    expect((await list(person)).map((each) => [each.isDefaultShipping, each.isDefaultBilling])).toEqual([
      [false, true],
      [true, false],
    ])
  })

  it('never become more than the limit, also in parallel', async () => {
    const person = await user.person()
    const answers = await times(8, () => add(person, { isDefaultShipping: true }))
    const statuses = answers.map(({ status, body }) => `${status} ${body.code ?? ''}`)
    const kept = await list(person)
    expect(kept.length).toBeLessThanOrEqual(5)
    expect(statuses.filter((status) => status === '201 ')).toHaveLength(kept.length)
    expect(kept.filter(({ isDefaultShipping }) => isDefaultShipping)).toHaveLength(1)
    for (let i = kept.length; i < 5; i++) expect((await add(person)).status).toBe(201)
    expect((await add(person)).body.code).toBe('limit-reached')
  })

  it("answer another's like an unknown one", async () => {
    const [one, two] = [await user.person(), await user.person()]
    const { id } = (await add(one)).body
    const foreign = await user.call(`DELETE /users/me/addresses/${id}`, { as: two.accessToken, ifMatch: 1 })
    const unknown = await user.call(`DELETE /users/me/addresses/adr_${'0'.repeat(32)}`, {
      as: two.accessToken,
      ifMatch: 1,
    })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
    expect([foreign.status, (await list(one)).length]).toEqual([404, 1])
  })
})

describe('export', () => {
  it('holds everything about the account and nothing secret', async () => {
    const person = await user.person()
    const answer = await user.call('GET /users/me/export', { as: person.accessToken })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { id: person.id, email: person.email }, addresses: [] })
    expect(answer.body.sessions).toHaveLength(1)
    expect(answer.body.audit.map(({ action }: { action: string }) => action)).toContain('account-put')
    expect(await user.auditOf(person.id)).toContain('account-exported')
  })
})

describe('deletion', () => {
  const close = (person: Person) => user.call('DELETE /users/me', { as: person.accessToken })

  it('waits for open orders, and for the order service to answer', async () => {
    const person = await user.person()
    orders.state.open = 2
    expect((await close(person)).body.code).toBe('conflict')
    orders.state.status = 500
    expect((await close(person)).body.code).toBe('dependency-unavailable')
    Object.assign(orders.state, { open: 0, status: 200 })
    expect((await me(person)).body.status).toBe('active')
  })

  it('ends sessions at once, then leaves an id and nothing about the person', async () => {
    const person = await user.person()
    await user.call('POST /users/me/addresses', {
      as: person.accessToken,
      body: { name: 'Secret Name', line1: 'Secret Street', city: 'X', postalCode: '1', country: 'ID' },
    })
    const answer = await close(person)
    expect(answer).toMatchObject({ status: 202, body: { status: 'deleting' } })
    expect((await me(person)).status).toBe(401)
    expect((await user.call('POST /sessions/refresh', { body: { refreshToken: person.refreshToken } })).status).toBe(
      401,
    )
    const left = await eventually(async () => {
      const document = await user.db.collection('users').findOne({ _id: person.id as never })
      expect(document?.['status']).toBe('deleted')
      return JSON.stringify(document)
    })
    expect(left).not.toMatch(/Secret|users\.test|argon2/)
    expect(await user.db.collection('sessions').countDocuments({ userId: person.id })).toBe(0)
    expect(await user.db.collection('oneTimeTokens').countDocuments({ userId: person.id })).toBe(0)
    await eventually(async () =>
      expect(await user.auditOf(person.id)).toEqual(
        expect.arrayContaining(['deletion-requested', 'account-anonymised']),
      ),
    )
    expect((await user.call(`GET /users/${person.id}`, { as: await user.asService('order') })).status).toBe(404)
    const again = await user.call('POST /users', { body: { email: person.email, password: newPassword() } })
    expect(again.status).toBe(202)
    await user.mailTo(person.email, 'verify-email')
  })

  it('is put off while an order is open that was placed meanwhile', async () => {
    const person = await user.person()
    const quick = await startUser({
      orderUrl: orders.url,
      database: user.database,
      variables: { USER_DELETION_GRACE_MS: '300', USER_SWEEP_EVERY_MS: '30' },
    })
    const status = async () => (await user.db.collection('users').findOne({ _id: person.id as never }))?.['status']
    try {
      expect((await quick.call('DELETE /users/me', { as: person.accessToken })).status).toBe(202)
      orders.state.open = 1
      const asked = orders.state.asked
      await eventually(() => expect(orders.state.asked).toBeGreaterThan(asked + 3))
      expect(await status()).toBe('deleting')
      orders.state.open = 0
      await eventually(async () => expect(await status()).toBe('deleted'))
    } finally {
      orders.state.open = 0
      await quick.stop()
    }
  })

  it('can be taken back by an admin within its grace period', async () => {
    const [person, admin] = [await user.person(), await user.person(['admin'])]
    const slow = await startUser({
      orderUrl: orders.url,
      database: user.database,
      variables: { USER_DELETION_GRACE_MS: '3600000' },
    })
    try {
      expect((await slow.call('DELETE /users/me', { as: person.accessToken })).status).toBe(202)
      const { version } = (await slow.call(`GET /users/${person.id}`, { as: admin.accessToken })).body
      const back = await slow.call(`PATCH /users/${person.id}`, {
        as: admin.accessToken,
        ifMatch: version,
        body: { status: 'active' },
      })
      expect(back.body.status).toBe('active')
      expect(await user.db.collection('users').findOne({ _id: person.id as never })).not.toHaveProperty('deleteAt')
      await slow.signIn(person.email, person.password)
    } finally {
      await slow.stop()
    }
  })

  it('needs a recent sign-in', async () => {
    const tokens = await testTokens()
    const foreign = await startUser({ userKeys: tokens.keys })
    try {
      const old = await tokens.user(undefined, { ageS: 601 })
      for (const target of ['DELETE /users/me', 'GET /users/me/export', 'DELETE /sessions?except=current']) {
        const answer = await foreign.call(target, { as: old })
        expect([answer.status, answer.body.code], target).toEqual([401, 'reauthentication-required'])
      }
      const change = await foreign.call('POST /users/me/email-changes', { as: old, body: { email: newEmail() } })
      expect(change.body.code).toBe('reauthentication-required')
    } finally {
      await foreign.stop()
    }
  })
})
