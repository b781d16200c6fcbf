import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helm, sameImages } from './support/helm.ts'
import { apply, cluster, kubectl, list } from './support/kubectl.ts'
import { run } from './support/run.ts'
import { root } from './support/scripts.ts'

const where = 'toko-single'
const there = { namespace: where }
let values: string[]
const upgrade = (...flags: string[]) => helm(['upgrade', 'toko', `${root}charts/toko`, ...values, ...flags], { where })

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string }
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}
const shopPods = async () =>
  (await list<Pod>('pods', 'app.kubernetes.io/name=all-service', there)).toSorted((a, b) =>
    a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp),
  )
const isReady = ({ status }: Pod) =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false

beforeAll(async () => {
  await run('make', ['images', 'only=all'], { cwd: root, timeoutMs: 600_000 })
  await run('kind', ['load', 'docker-image', '--quiet', '--name', cluster, 'toko/all:dev'], { timeoutMs: 300_000 })
  const images = ['--set-string', 'all.image.tag=dev', ...(await sameImages())]
  values = ['--values', `${root}charts/toko/values-single.yaml`, ...images]
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: where, labels } })
}, 960_000)
afterAll(async () => {
  await kubectl(['delete', 'namespace', where, '--ignore-not-found', '--wait=false'])
})

describe('the shop in one process, by values-single.yaml', { timeout: 900_000 }, () => {
  it('answers at the addresses of the split shop, and sells', async () => {
    await helm(['install', 'toko', `${root}charts/toko`, ...values, '--wait', '--timeout', '6m'], { where })
    const names = await kubectl(['get', 'deployments', '--output', 'name'], there)
    expect(names.trim()).toBe('deployment.apps/all-service')
    expect(await helm(['test', 'toko', '--timeout', '3m'], { where })).toMatch(/Phase:\s+Succeeded/)
  })

  it.each([
    ['nowhere', 'url', 'all.database.existingSecret: there is no Secret nowhere in namespace toko-single'],
    ['toko-user-keys', 'url', 'all.database.existingSecret: Secret toko-user-keys has no key url'],
  ])('refuses a Secret for its database that is not as it should be: %s', async (name, key, line) => {
    const set = `all.database.existingSecret=${name},all.database.key=${key}`
    await expect(upgrade('--set', set)).rejects.toThrow(line)
  })

  it('makes no other password for a database whose Secret is lost', async () => {
    const secret = JSON.parse(await kubectl(['get', 'secret', 'all-mongodb', '-o', 'json'], there)) as object
    await kubectl(['delete', 'secret', 'all-mongodb'], there)
    try {
      await expect(upgrade()).rejects.toThrow('PersistentVolumeClaim data-all-mongodb-0 was made with it')
    } finally {
      const { metadata, ...rest } = secret as { metadata: { name: string; labels: object; annotations: object } }
      const { name, labels, annotations } = metadata
      await apply({ ...rest, metadata: { name, labels, annotations } }, there)
    }
  })

  it.each([
    ['what is no URL', 'mongodb//all:hunter2@host/', /TOKO_MONGO_URL_FILE +expected a mongodb:\/\/ URL/],
    ['a host that is not there', 'mongodb://all:hunter2@nowhere.toko.test/', /database not reachable/],
  ])('a new pod with %s says so and takes nobody’s place', async (_, url, says) => {
    const [before] = await shopPods()
    await apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other-database' }, stringData: { url } }, there)
    await upgrade('--set', 'all.database.existingSecret=other-database')
    await eventually(
      async () => {
        const newest = (await shopPods()).at(-1)!
        expect(newest.metadata.uid).not.toBe(before!.metadata.uid)
        const log = await kubectl(['logs', newest.metadata.name], there)
        expect(log).toMatch(says)
        expect(log).not.toContain('hunter2')
        expect(isReady(newest)).toBe(false)
      },
      { timeoutMs: 120_000, everyMs: 2000 },
    )
    expect(isReady((await shopPods()).find(({ metadata }) => metadata.uid === before!.metadata.uid)!)).toBe(true)
    await helm(['rollback', 'toko', '--wait', '--timeout', '3m'], { where })
  })
})
