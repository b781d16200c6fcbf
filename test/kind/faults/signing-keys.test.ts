import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getJson, kubectl, list } from '../support/kubectl.ts'
import type { Pod, Secret } from '../support/objects.ts'
import { execIn, settledPods } from '../support/pods.ts'
import { type KindShop, kindShop } from '../support/shop.ts'

const day = 86_400_000

let shop: KindShop
let databaseUrl: string

beforeAll(async () => {
  await settledPods()
  shop = kindShop()
  const { data } = await getJson<Secret>(['get', 'secret', 'user-mongodb'])
  databaseUrl = Buffer.from(data!['url']!, 'base64').toString()
})
afterAll(() => shop.connection.close())

const json = { 'content-type': 'application/json' }
const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

async function post(path: string, body: object): Promise<{ accessToken: string; refreshToken: string }> {
  const answer = await fetch(shop.urls.user + path, { method: 'POST', headers: json, body: JSON.stringify(body) })
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
  return (await answer.json()) as { accessToken: string; refreshToken: string }
}

/** How each service that checks tokens takes this one. */
async function taken(token: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${token}` }
  const paths = [`${shop.urls.user}/users/me`, `${shop.urls.order}/orders`]
  return Promise.all(paths.map(async (path) => (await fetch(path, { headers })).status))
}

/** The newest key's time moves back by so many ms: as if that time had passed. */
const age = (ms: number) =>
  execIn('user-mongodb-0', [
    'mongosh',
    databaseUrl,
    '--quiet',
    '--eval',
    `const [key] = db.signingKeys.find().sort({ sequence: -1 }).limit(1).toArray();
     db.signingKeys.updateOne({ _id: key._id }, { $set: { signsFrom: new Date(key.signsFrom.getTime() - ${ms}) } })`,
  ])

/** A start looks at the keys; the service's own timer does it every minute. */
async function restart(): Promise<void> {
  await kubectl(['rollout', 'restart', 'deployment/user-service'])
  await kubectl(['rollout', 'status', 'deployment/user-service', '--timeout=120s'], { timeoutMs: 130_000 })
  // The one before still answers over connections that are open, with the key that it knows.
  const pods = () => list<Pod>('pods', 'app.kubernetes.io/name=user-service')
  await eventually(async () => expect(await pods()).toHaveLength(1), { timeoutMs: 60_000, everyMs: 500 })
}

describe('row 48: the signing key is rotated', { timeout: 600_000 }, () => {
  it('old tokens hold until they end, the new key is used and known everywhere, nobody has to sign in again', async () => {
    const before = await post('/sessions', shop.customer)
    expect(await taken(before.accessToken)).toEqual([200, 200])

    await age(31 * day)
    await restart()
    const lead = await post('/sessions', shop.customer)
    expect(kidOf(lead.accessToken), 'published, and not used before everybody may have it').toBe(
      kidOf(before.accessToken),
    )
    await age(20 * 60_000)
    await restart()

    const after = await post('/sessions/refresh', { refreshToken: before.refreshToken })
    expect(kidOf(after.accessToken)).not.toBe(kidOf(before.accessToken))
    // Really there are 20 minutes for it; a service looks for keys that it does not know every 30 s at most.
    await eventually(async () => expect(await taken(after.accessToken), 'the new key').toEqual([200, 200]), {
      timeoutMs: 35_000,
      everyMs: 1000,
    })
    expect(await taken(before.accessToken), 'the old key').toEqual([200, 200])
    const newcomer = await post('/sessions', shop.staff)
    expect(kidOf(newcomer.accessToken)).toBe(kidOf(after.accessToken))
  })
})
