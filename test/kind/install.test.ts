import { readdirSync } from 'node:fs'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helm, sameImages } from './support/helm.ts'
import { apply, kubectl } from './support/kubectl.ts'
import { run } from './support/run.ts'
import { root } from './support/scripts.ts'

const where = 'toko-plain'

const chart = () => {
  const found = readdirSync(`${root}.toko/charts`).filter((name) => /^toko-\d.*\.tgz$/.test(name))
  return `${root}.toko/charts/${found.toSorted().at(-1)}`
}

/** What is left of an installation, as `kind/name`; what the cluster itself puts into every namespace does not count. */
async function left(): Promise<string[]> {
  const kinds = 'all,configmaps,secrets,serviceaccounts,persistentvolumeclaims,networkpolicies,poddisruptionbudgets'
  const names = await kubectl(['get', kinds, '--output', 'name'], { namespace: where })
  return names
    .split('\n')
    .filter((name) => name && !['configmap/kube-root-ca.crt', 'serviceaccount/default'].includes(name))
    .map((name) => name.replace(/^([a-z]+)(\.[a-z.0-9]+)?\//, '$1/'))
    .toSorted()
}

beforeAll(async () => {
  await run('make', ['charts'], { cwd: root, timeoutMs: 120_000 })
  // The namespace alone comes first, with nothing but the standard that its pods are held to.
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: where, labels } })
}, 180_000)
afterAll(async () => {
  await kubectl(['delete', 'namespace', where, '--ignore-not-found', '--wait=false'])
})

describe('plain helm install of the packaged chart', { timeout: 900_000 }, () => {
  it('gives a shop that sells, and helm uninstall leaves only what its notes say', async () => {
    // Grafana has no part in it, and its image is large.
    const flags = [...(await sameImages()), '--set', 'observability.grafana.enabled=false']
    const told = await helm(['install', 'shop', chart(), ...flags, '--wait', '--timeout', '6m'], { where })
    expect(told).toMatch(/port-forward/)
    expect(await helm(['test', 'shop', '--timeout', '3m'], { where })).toMatch(/Phase:\s+Succeeded/)

    const notes = await helm(['get', 'notes', 'shop'], { where })
    await helm(['uninstall', 'shop', '--wait', '--timeout', '3m'], { where })
    // Helm is done before the pods are: they have 50 s to end.
    const kept = await eventually(
      async () => {
        const names = await left()
        expect(names.filter((name) => !/^(secret|persistentvolumeclaim)\//.test(name))).toEqual([])
        return names
      },
      { timeoutMs: 90_000, everyMs: 1000 },
    )
    console.log(`# left after uninstall: ${kept.join(' ')}`)
    expect(kept).not.toEqual([])
    // The notes tell how to remove that too.
    const [, removal] = /^ *kubectl (-n \S+ delete .*)$/m.exec(notes) ?? []
    await kubectl(removal!.split(' ').slice(2), { namespace: where, timeoutMs: 120_000 })
    expect(await left()).toEqual([])
  })
})
