import type { TestProject } from 'vitest/node'
import type { Shop } from '../../acceptance/shop.ts'
import { kindShop, urls } from './shop.ts'
import { settledPods } from './pods.ts'

/** The shop of make up, given by its addresses alone to the acceptance suite. @throws Error when it is not there */
export async function setup(project: TestProject): Promise<void> {
  await settledPods().catch((cause: unknown) => {
    throw new Error('no shop that is ready in the cluster: make up', { cause })
  })
  const { staff, connection } = kindShop()
  await connection.close()
  project.provide('shop', { isGiven: true, urls, staff } satisfies Shop)
}
