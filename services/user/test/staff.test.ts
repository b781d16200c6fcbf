import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import { newEmail, newPassword, type Person, startUser, type UserUnderTest } from './harness.ts'

let user: UserUnderTest
let admin: Person
let support: Person
let customer: Person
beforeAll(async () => {
  user = await startUser()
  admin = await user.person(['admin'])
  support = await user.person(['support'])
  customer = await user.person()
})
afterAll(() => user.stop())

const versionOf = async (id: string) => (await user.call(`GET /users/${id}`, { as: admin.accessToken })).body.version
const patch = async (id: string, body: object, as = admin.accessToken) =>
  user.call(`PATCH /users/${id}`, { as, body, ifMatch: await versionOf(id) })
const unknownId = `usr_${'0'.repeat(32)}`

describe('GET /users/{id}', () => {
  it('answers its owner, staff and services, and nobody else: like an unknown id', async () => {
    const path = `GET /users/${customer.id}`
    const allowed = [customer.accessToken, admin.accessToken, support.accessToken]
    const services = [await user.asService('order'), await user.asService('product')]
    for (const as of [...allowed, ...services]) {
      const answer = await user.call(path, { as })
      expect(answer.status).toBe(200)
      expect(answer.body.email).toBe(customer.email)
    }
    const other = await user.person(['catalogue', 'orders'])
    const foreign = await user.call(path, { as: other.accessToken })
    const unknown = await user.call(`GET /users/${unknownId}`, { as: other.accessToken })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
    expect([foreign.status, (await user.call(path)).status]).toEqual([404, 401])
  })

  it('does not believe a service with another edge secret or another audience', async () => {
    const { serviceToken } = await import('@toko/http')
    const forged = [
      serviceToken('order', 'user', 'not the secret of this edge'),
      serviceToken('order', 'product', 'secret of the edge from order'),
      serviceToken('payment', 'user', 'secret of the edge from order'),
    ]
    for (const token of forged)
      expect((await user.call(`GET /users/${customer.id}`, { as: await token() })).status).toBe(401)
  })
})

describe('admin routes', () => {
  it('are forbidden to customers and closed to strangers', async () => {
    const routes = [
      'GET /users',
      `PATCH /users/${admin.id}`,
      `DELETE /users/${admin.id}/sessions`,
      `GET /users/${admin.id}/audit`,
    ]
    for (const target of routes) {
      const body = target.startsWith('PATCH') ? { roles: ['customer', 'admin'] } : undefined
      const call = (as?: string) =>
        user.call(target, { ...(as === undefined ? {} : { as }), ...(body ? { body, ifMatch: 1 } : {}) })
      expect((await call(customer.accessToken)).body.code, target).toBe('forbidden')
      expect((await call()).status, target).toBe(401)
      expect((await call(support.accessToken)).status, target).toBe(target === 'GET /users' ? 200 : 403)
    }
    for (const [target, as] of [
      ['POST /internal/token-status', customer.accessToken],
      ['PUT /internal/accounts', admin.accessToken],
    ] as const)
      expect((await user.call(target, { as, body: {} })).status, target).toBe(403)
    const body = { email: newEmail(), password: newPassword(), roles: ['admin'] }
    expect((await user.call('PUT /internal/accounts', { as: await user.asService('order'), body })).status).toBe(403)
  })

  it('list accounts by filters, page by page without gap or repetition', async () => {
    for (let i = 0; i < 3; i++) await user.person(['catalogue'])
    const list = async (query: string) => (await user.call(`GET /users${query}`, { as: support.accessToken })).body
    const all = (await list('?role=catalogue&limit=100')).items.map(({ id }: Person) => id)
    expect(all.length).toBeGreaterThanOrEqual(3)
    const paged: string[] = []
    for (let cursor = ''; ;) {
      const page = await list(`?role=catalogue&limit=2${cursor}`)
      paged.push(...page.items.map(({ id }: Person) => id))
      if (page.next === null) break
      cursor = `&cursor=${page.next}`
    }
    expect(paged).toEqual(all)
    expect((await list(`?email=${encodeURIComponent(customer.email.toUpperCase())}`)).items).toHaveLength(1)
    expect((await list(`?email=${newEmail()}`)).items).toEqual([])
    expect((await list('?status=active&limit=1')).items).toHaveLength(1)
    const { next } = await list('?status=active&limit=1')
    expect((await list(`?status=suspended&limit=1&cursor=${next}`)).code).toBe('cursor-invalid')
    for (const query of ['?mail=x', '?email[$ne]=x', '?status=a&status=b', '?limit=0', '?limit=1e9', '?sort=-__v'])
      expect((await list(query)).status, query).toBe(400)
  })

  it('change roles on a known version, with a line in the audit, at once for acts of high risk', async () => {
    const person = await user.person(['support'])
    const list = () => user.call('GET /users', { as: person.accessToken })
    expect((await list()).status).toBe(200)
    expect(
      (await user.call(`PATCH /users/${person.id}`, { as: admin.accessToken, body: {}, ifMatch: 99 })).status,
    ).toBe(412)
    const { body } = await patch(person.id, { roles: ['customer'] })
    expect(body.roles).toEqual(['customer'])
    expect((await list()).status, 'its token still says support').toBe(403)
    const audit = await eventually(async () => {
      const { items } = (await user.call(`GET /users/${person.id}/audit`, { as: admin.accessToken })).body
      expect(items[0].action).toBe('roles-changed')
      return items
    })
    expect(audit[0]).toMatchObject({ actor: admin.id, detail: { from: 'customer support', to: 'customer' } })
    for (const roles of [[], ['admin'], ['customer', 'customer'], ['customer', 'root'], 'customer'])
      expect((await patch(person.id, { roles })).status, JSON.stringify(roles)).toBe(400)
  })

  it('suspend: sessions end, sign-in and refresh fail with the usual text, until taken back', async () => {
    const person = await user.person()
    await patch(person.id, { status: 'suspended' })
    const body = { sid: person.session.id }
    const status = await user.call('POST /internal/token-status', { as: await user.asService('product'), body })
    expect(status.body).toEqual({ active: false })
    expect((await user.call('POST /sessions/refresh', { body: { refreshToken: person.refreshToken } })).status).toBe(
      401,
    )
    const attempt = (password: string) => user.call('POST /sessions', { body: { email: person.email, password } })
    const [right, wrong] = [await attempt(person.password), await attempt(newPassword())]
    expect({ ...right.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' })
    await patch(person.id, { status: 'active' })
    await user.signIn(person.email, person.password)
    await eventually(async () =>
      expect((await user.auditOf(person.id)).filter((action) => action === 'status-changed')).toHaveLength(2),
    )
  })

  it('end all sessions of an account', async () => {
    const person = await user.person()
    expect((await user.call(`DELETE /users/${person.id}/sessions`, { as: admin.accessToken })).status).toBe(204)
    expect((await user.call('POST /sessions/refresh', { body: { refreshToken: person.refreshToken } })).status).toBe(
      401,
    )
    expect((await user.call(`DELETE /users/${unknownId}/sessions`, { as: admin.accessToken })).status).toBe(404)
  })

  it('do not let admins change themselves, nor go on after their own role or session ended', async () => {
    expect((await patch(admin.id, { roles: ['customer'] })).body.code).toBe('conflict')
    const second = await user.person(['admin'])
    await patch(second.id, { roles: ['customer'] })
    expect((await patch(customer.id, { status: 'suspended' }, second.accessToken)).status).toBe(403)
    const third = await user.person(['admin'])
    await user.call('DELETE /sessions/current', { as: third.accessToken })
    expect((await patch(customer.id, { status: 'suspended' }, third.accessToken)).status).toBe(401)
    expect((await user.call(`GET /users/${customer.id}`, { as: admin.accessToken })).body.status).toBe('active')
  })
})

describe('PUT /internal/accounts', () => {
  it('makes a verified account, and changes it the second time', async () => {
    const [email, first, second] = [newEmail(), newPassword(), newPassword()]
    const put = async (password: string, roles: string[]) =>
      (await user.call('PUT /internal/accounts', { as: await user.asService('cli'), body: { email, password, roles } }))
        .body
    const made = await put(first, ['orders'])
    expect(made.created).toBe(true)
    expect(await put(second, [])).toEqual({ id: made.id, created: false })
    expect((await user.call('POST /sessions', { body: { email, password: first } })).status).toBe(401)
    await user.signIn(email, second)
  })
})
