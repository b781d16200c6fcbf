import { randomUUID } from 'node:crypto'
import { eventually } from '@toko/testkit'
import { inject } from 'vitest'
import { call, ok } from './client.ts'

export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly token: string
  readonly refreshToken: string
}

const password = () => `a long enough pass ${randomUUID()}`

async function signIn(email: string, secret: string): Promise<{ accessToken: string; refreshToken: string }> {
  return ok('user', 'POST /sessions', { body: { email, password: secret } })
}

export async function staffToken(): Promise<string> {
  const { email, password: secret } = inject('shop').staff
  return (await signIn(email, secret)).accessToken
}

/** The one-time token of the newest mail to an address. */
async function mailedToken(staff: string, to: string, template?: string): Promise<string> {
  return eventually(async () => {
    const { items } = await ok('user', `GET /mailbox?to=${encodeURIComponent(to)}`, { token: staff })
    const mail = items.find((item: { template: string }) => template === undefined || item.template === template)
    const token = /[?&#]token=([\w-]+)/.exec(mail?.link ?? '')?.[1]
    if (!token) throw new Error(`no mail with a link to ${to} yet`)
    return token
  })
}

/** register → verify → login, as a person does it. */
export async function newCustomer(staff: string): Promise<Person> {
  const email = `buyer-${randomUUID()}@acceptance.test`
  const secret = password()
  await ok('user', 'POST /users', { body: { email, password: secret, name: 'A buyer' } })
  const token = await mailedToken(staff, email)
  await ok('user', 'POST /email-verifications', { body: { token } })
  const session = await signIn(email, secret)
  const me = await call('user', 'GET /users/me', { token: session.accessToken })
  return { id: me.body.id, email, password: secret, token: session.accessToken, refreshToken: session.refreshToken }
}

/** Many customers, a few at a time: password hashing is expensive on purpose. */
export async function newCustomers(staff: string, count: number): Promise<Person[]> {
  const people: Person[] = []
  while (people.length < count)
    people.push(
      ...(await Promise.all(Array.from({ length: Math.min(8, count - people.length) }, () => newCustomer(staff)))),
    )
  return people
}
