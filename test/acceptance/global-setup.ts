import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { serviceToken } from '@toko/http'
import { shapeOf } from './forms.ts'
import { givenShop } from './given-shop.ts'
import { startOwnShop } from './own-shop.ts'
import type { Shop } from './shop.ts'
import { telemetryOfRun } from './telemetry-of-run.ts'

async function makeStaff(folder: string, userUrl: string): Promise<Shop['staff']> {
  const secrets = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>
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

/** The shop that the tests find by its addresses alone: a given one, or one of the shape that the project or the environment names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = givenShop()
  if (given) {
    project.provide('shop', given)
    return async () => {}
  }
  const folder = mkdtempSync(join(tmpdir(), 'toko-acceptance-'))
  const shape = shapeOf({ ...process.env, ...project.config.env })
  const telemetry = await telemetryOfRun(shape)
  const shop = await startOwnShop(folder, shape, telemetry.env)
  project.provide('shop', { urls: shop.urls, staff: await makeStaff(folder, shop.urls.user) })
  return async () => {
    try {
      await telemetry.stopAndJudge(shop)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
