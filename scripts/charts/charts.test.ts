import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allValues } from './chart-values.ts'
import { readCharts } from './charts.ts'

const charts = readCharts()
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

describe('charts', () => {
  it('have one version, package.json’s', () => {
    expect(charts.length).toBeGreaterThanOrEqual(10)
    for (const { manifest } of charts)
      expect(manifest, manifest.name).toMatchObject({
        version,
        appVersion: version,
        kubeVersion: charts[0]!.manifest.kubeVersion,
      })
  })

  it('depend on one another by folder, at that version', () => {
    const dependencies = charts.flatMap(({ manifest }) => manifest.dependencies ?? [])
    expect(dependencies.length).toBeGreaterThan(10)
    for (const { name, ...dependency } of dependencies)
      expect({ name, ...dependency }).toMatchObject({ version, repository: `file://../${name}` })
  })

  it('of the services have the same values', () => {
    const keysOf = (name: string) => {
      const chart = charts.find(({ manifest }) => manifest.name === name)!
      return allValues(chart, charts)
        .map(({ path }) => path[0])
        .toSorted()
    }
    expect(keysOf('order')).toEqual(expect.arrayContaining(['config', 'database', 'image', 'probes', 'replicas']))
    for (const name of ['user', 'product', 'payment']) expect(keysOf(name), name).toEqual(keysOf('order'))
  })
})
