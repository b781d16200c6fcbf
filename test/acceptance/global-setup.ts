import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { serviceToken } from '@toko/http'
import type { Shop } from './shop.ts'

const names = ['user', 'product', 'order', 'payment'] as const

/** A running shop, given by its addresses and an account of its staff. */
function givenShop(): Shop | undefined {
  const value = (name: string) => process.env[name]
  if (!value('TOKO_ORDER_URL')) return undefined
  const urls = Object.fromEntries(
    names.map((name) => [name, required(`TOKO_${name.toUpperCase()}_URL`)]),
  ) as Shop['urls']
  return { urls, staff: { email: required('TOKO_STAFF_EMAIL'), password: required('TOKO_STAFF_PASSWORD') } }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value)
    throw new Error(
      `${name} is not set: a given shop needs TOKO_{USER,PRODUCT,ORDER,PAYMENT}_URL, TOKO_STAFF_EMAIL and TOKO_STAFF_PASSWORD`,
    )
  return value
}

/** The single shape on free ports, with a mongod and a data folder of its own. */
async function startShop(
  dataDir: string,
  settings: Record<string, string>,
): Promise<{ child: ChildProcess; urls: Shop['urls'] }> {
  const main = fileURLToPath(new URL('../../services/all/src/main.ts', import.meta.url))
  const free = Object.fromEntries(
    names.flatMap((name) => [
      [`${name.toUpperCase()}_PORT`, '0'],
      [`${name.toUpperCase()}_ADMIN_PORT`, '0'],
    ]),
  )
  const child = fork(main, [], {
    env: {
      ...process.env,
      ...free,
      ...settings,
      TOKO_ADMIN_PORT: '0',
      TOKO_DATA_DIR: dataDir,
      TOKO_LOG_LEVEL: 'error',
      ORDER_MAX_UNPAID_PER_USER: '1000',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  for (;;) {
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the shop did not start'))),
    ])) as [{ type: string; addresses: { name: string; url: string }[] }]
    if (message.type === 'ready')
      return { child, urls: Object.fromEntries(message.addresses.map(({ name, url }) => [name, url])) as Shop['urls'] }
  }
}

async function makeStaff(dataDir: string, userUrl: string): Promise<Shop['staff']> {
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>
  const token = await serviceToken('cli', 'user', secrets['cli>user']!)()
  const staff = { email: 'staff@acceptance.test', password: randomBytes(18).toString('base64url') }
  const answer = await fetch(`${userUrl}/internal/accounts`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...staff, roles: ['customer', 'support', 'catalogue', 'orders', 'admin'] }),
  })
  if (!answer.ok) throw new Error(`staff account: ${answer.status} ${await answer.text()}`)
  return staff
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = givenShop()
  if (given) {
    project.provide('shop', given)
    return async () => {}
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'toko-acceptance-'))
  const settings = project.name.endsWith('by events') ? { ORDER_CALLS: 'events' } : {}
  const { child, urls } = await startShop(dataDir, settings)
  project.provide('shop', { urls, staff: await makeStaff(dataDir, urls.user) })
  return async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  }
}
