import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, freePorts, testMongoUrl } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Address, createShop, type Shop } from '../src/shop.ts'

const names = ['USER', 'PRODUCT', 'ORDER', 'PAYMENT']
const dataDir = mkdtempSync(join(tmpdir(), 'toko-boot-'))
const run = randomUUID().slice(0, 8)

/** On free ports, with databases of its own on the test run's mongod. */
const env: Record<string, string> = {
  TOKO_DATA_DIR: dataDir,
  TOKO_MONGO_URL: testMongoUrl(),
  TOKO_LOG_LEVEL: 'silent',
  TOKO_ADMIN_PORT: '0',
  ...Object.fromEntries(
    names.flatMap((name) => [
      [`${name}_PORT`, '0'],
      [`${name}_ADMIN_PORT`, '0'],
      [`${name}_MONGO_DATABASE`, `${name.toLowerCase()}_${run}`],
      [`${name}_MONGO_TIMEOUT_MS`, '5000'],
    ]),
  ),
}

let shop: Shop
const text = async (url: string) => {
  const answer = await fetch(url)
  return { status: answer.status, body: await answer.text() }
}

beforeAll(async () => {
  shop = await createShop(env)
  await shop.start?.()
})
afterAll(async () => {
  await shop.stop?.()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the whole shop in one process', () => {
  it('has every service on a port of its own, ready', async () => {
    const addresses = shop.addresses()
    expect(addresses.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'order',
      'payment',
      'product',
      'user',
    ])
    expect(new Set(addresses.flatMap(({ url, adminUrl }) => [url, adminUrl])).size).toBe(8)
    for (const { name, url, adminUrl } of addresses) {
      expect(await text(`${adminUrl}/readyz`), name).toEqual({ status: 200, body: 'ready\n' })
      expect((await text(`${url}/openapi.json`)).body, name).toContain(`"title":"toko ${name}"`)
    }
    await shop.ready?.()
  })

  it("tells the process's metrics once, each service's own beside it", async () => {
    const renderings = await Promise.all(shop.addresses().map(({ adminUrl }) => text(`${adminUrl}/metrics`)))
    for (const [index, { body }] of renderings.entries()) {
      const { name } = shop.addresses()[index]!
      expect(body).toContain(`service="${name}"`)
      expect(body).not.toContain('process_cpu_seconds_total')
    }
  })

  it('verifies tokens over HTTP, as in the split shape', async () => {
    const urlOf = (name: Address['name']) => shop.addresses().find((address) => address.name === name)!.url
    const forged = `${Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"x"}').toString('base64url')}.e30.x`
    const answer = await fetch(`${urlOf('order')}/orders`, { headers: { authorization: `Bearer ${forged}` } })
    expect(answer.status).toBe(401)
  })

  it('is not ready before its services listen', async () => {
    const [port, adminPort] = (await freePorts(2)) as [number, number]
    // The bus waits some seconds for a broker before the services start without it.
    const slow = { TOKO_AMQP_URL: 'amqp://127.0.0.1:1/', TOKO_ADMIN_PORT: String(adminPort), ORDER_PORT: String(port) }
    const other = await createShop({ ...env, ...slow })
    const starting = other.start?.()
    try {
      const readiness = () => text(`http://127.0.0.1:${adminPort}/readyz`)
      await eventually(async () => expect((await readiness()).status).toBe(200), { everyMs: 1 })
      expect((await text(`http://127.0.0.1:${adminPort}/readyz?exclude=database`)).status).toBe(200)
      expect((await text(`http://127.0.0.1:${port}/openapi.json`)).status).toBe(200)
    } finally {
      await starting
      await other.stop?.()
    }
  })

  it('comes to rest, and a second life finds its data', async () => {
    expect(shop.isIdle()).toBe(true)
    const keysOf = async () => {
      const { url } = shop.addresses().find(({ name }) => name === 'user')!
      return ((await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }).keys
    }
    const before = await keysOf()
    await shop.stop?.()
    shop = await createShop(env)
    await shop.start?.()
    expect(await keysOf()).toEqual(before)
  })
})
