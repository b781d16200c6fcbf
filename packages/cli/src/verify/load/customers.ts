import { randomBytes } from 'node:crypto'
import { MailboxItem, pageOf, SeededAccount, SignedIn, User } from '@toko/contracts'
import { Failure } from '../../io/failure.ts'
import type { ShopConnection } from '../../shop/connect.ts'
import { type Patience, patiently } from './patience.ts'

interface Account {
  readonly email: string
  readonly password: string
}

export interface Customer {
  readonly id: string
  /** Never one that has ended: renewed before; while nobody can sign in, the last one for as long as it lasts. */
  authorization(): Promise<{ authorization: string }>
  /** The shop refused the token: the next call brings a new one. */
  forget(): void
  /** Orders of journeys that go on: the shop allows a few unpaid ones only. */
  open: number
}

interface CustomerNeeds {
  readonly shop: ShopConnection
  readonly limits: Patience
  readonly run: string
  readonly count: number
}

/** Sign-ins at once: hashing is expensive on purpose. */
const concurrency = 4
/** Of the 5 minutes that a token lives: from then on it is renewed aside, and in the end waited for. */
const [renewAfterMs, endsAfterMs] = [3 * 60_000, 4.5 * 60_000]

/** People of this run alone, signed in. */
export async function makeCustomers({ shop, limits, run, count }: CustomerNeeds): Promise<Customer[]> {
  const makeAccount = await accountMaker(shop)
  const customers: Customer[] = []
  const numbers = Array.from({ length: count }, (_, n) => n + 1).values()
  const worker = async () => {
    for (const n of numbers) {
      const account = { email: `verify-${run}-${n}@toko.test`, password: randomBytes(18).toString('base64url') }
      const id = await patiently(limits, () => makeAccount(account))
      const customer = makeCustomer(shop, limits, id, account)
      await customer.authorization()
      customers.push(customer)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return customers
}

function makeCustomer(shop: ShopConnection, limits: Patience, id: string, account: Account): Customer {
  let current: { headers: { authorization: string }; madeMs: number } | undefined
  let renewing: Promise<{ authorization: string }> | undefined
  const renew = async () => {
    const headers = { authorization: `Bearer ${await patiently(limits, () => signIn(shop, account))}` }
    current = { headers, madeMs: performance.now() }
    return headers
  }
  const renewed = () => (renewing ??= renew().finally(() => (renewing = undefined)))
  return {
    id,
    open: 0,
    async authorization() {
      const ageMs = current ? performance.now() - current.madeMs : Infinity
      if (!current || ageMs > endsAfterMs) return renewed()
      if (ageMs > renewAfterMs) renewed().catch(() => {})
      return current.headers
    },
    forget() {
      current = undefined
    },
  }
}

async function signIn(shop: ShopConnection, account: Account): Promise<string> {
  const answer = { 201: SignedIn }
  const { body } = await shop.user.call({ method: 'POST', path: '/sessions', body: account, answer })
  return body.accessToken
}

/** By the command's own secret where it is known; otherwise as people do it, through the shop's own mailbox. */
async function accountMaker(shop: ShopConnection): Promise<(account: Account) => Promise<string>> {
  try {
    await shop.asCli()
  } catch (error) {
    if (error instanceof Failure) return (account) => register(shop, account)
    throw error
  }
  return async (account) => {
    const { body } = await shop.user.call({
      method: 'PUT',
      path: '/internal/accounts',
      headers: await shop.asCli(),
      body: { ...account, roles: ['customer'], name: 'Customer of toko verify' },
      answer: { 200: SeededAccount },
    })
    return body.id
  }
}

async function register(shop: ShopConnection, account: Account): Promise<string> {
  await shop.user.call({ method: 'POST', path: '/users', body: account, answer: { 202: null } })
  const link = await mailedLink(shop, account.email)
  const token = /[?&#]token=([\w-]+)/.exec(link)?.[1]
  await shop.user.call({ method: 'POST', path: '/email-verifications', body: { token }, answer: { 204: null } })
  const headers = { authorization: `Bearer ${await signIn(shop, account)}` }
  const { body } = await shop.user.call({ method: 'GET', path: '/users/me', headers, answer: { 200: User } })
  return body.id
}

async function mailedLink(shop: ShopConnection, to: string): Promise<string> {
  const untilMs = performance.now() + 30_000
  for (;;) {
    const { body } = await shop.user.call({
      method: 'GET',
      path: '/mailbox',
      headers: await shop.asStaff(),
      query: { to },
      answer: { 200: pageOf(MailboxItem), 404: null },
    })
    const link = body?.items.find(({ link: found }) => found !== null)?.link
    if (link) return link
    if (performance.now() > untilMs)
      throw new Failure('the shop mails its links elsewhere: set TOKO_CLI_SECRET so that accounts can be made', 2)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
