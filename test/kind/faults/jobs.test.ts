import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { helm } from '../support/helm.ts'
import { apply, kubectl, list, release } from '../support/kubectl.ts'
import type { Named } from '../support/objects.ts'
import { runningPods, settledPods } from '../support/pods.ts'
import { type KindShop, kindShop } from '../support/shop.ts'

interface Job extends Named {
  readonly status: { readonly succeeded?: number; readonly failed?: number }
}

const names = ['seed-again', 'seed-beside']
const mark = { 'toko-test': 'jobs' }

let shop: KindShop
beforeAll(async () => {
  await settledPods()
  shop = kindShop()
})
afterAll(async () => {
  await kubectl(['delete', 'jobs', '--selector=toko-test=jobs', '--ignore-not-found'])
  await shop.connection.close()
})

interface SeedJob {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly template: { readonly metadata: { readonly labels: object }; readonly spec: object } }
}

/** The chart's own seed job under other names; helm deletes it once it has succeeded. */
async function seedJobs(): Promise<object[]> {
  const hooks = parseAllDocuments(await helm(['get', 'hooks', release])).map((each) => each.toJS() as SeedJob | null)
  const seed = hooks.find((each) => each?.kind === 'Job' && each.metadata.name === 'toko-seed')
  if (!seed) throw new Error('the chart has no job toko-seed')
  const { metadata, spec } = seed.spec.template
  const labels = { ...metadata.labels, ...mark }
  return names.map((name) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: mark },
    spec: { backoffLimit: 4, template: { metadata: { labels }, spec } },
  }))
}

async function catalogue(): Promise<string[]> {
  const answer = await fetch(`${shop.urls.product}/products?limit=100`)
  const { items } = (await answer.json()) as { items: { title: string }[] }
  return items.map(({ title }) => title).toSorted()
}

describe('row 47: the job that fills the shop', { timeout: 400_000 }, () => {
  it('killed in the middle and twice at once: both end well, and nothing is there twice', async () => {
    const before = await catalogue()
    expect(before.length).toBeGreaterThan(20)
    await apply(await seedJobs())
    const victim = await eventually(
      async () => {
        const [pod] = (await runningPods('toko-test=jobs')).filter(({ metadata }) =>
          metadata.name.startsWith(names[0]!),
        )
        if (!pod) throw new Error('the job has not started')
        return pod.metadata.name
      },
      { timeoutMs: 60_000, everyMs: 100 },
    )
    await kubectl(['delete', 'pod', victim, '--grace-period=0', '--force'])
    await eventually(
      async () => {
        const jobs = await list<Job>('jobs', 'toko-test=jobs')
        expect(jobs.map(({ status }) => status.succeeded)).toEqual([1, 1])
      },
      { timeoutMs: 240_000, everyMs: 1000 },
    )
    expect(await catalogue()).toEqual(before)
  })
})
