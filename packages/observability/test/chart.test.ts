import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { specs } from '../src/dashboards/dashboards.ts'
import { serviceNames } from '../src/metric-names.ts'
import { placeholders } from '../src/rules/links.ts'
import { paces } from '../src/slo/windows.ts'

interface Part {
  readonly enabled: boolean
  readonly resources: { readonly limits: { readonly memory: string } }
}
interface Values {
  readonly collector: Part
  readonly prometheus: Part & { readonly targets: { readonly services: Readonly<Record<string, number>> } }
  readonly jaeger: Part
  readonly grafana: Part
  readonly rules: { readonly pace: string }
}
const chart = (path: string) => readFileSync(new URL(`../../../charts/observability/${path}`, import.meta.url), 'utf8')
const values = parse(chart('values.yaml')) as Values
const parts = [values.collector, values.prometheus, values.jaeger, values.grafana]

describe('chart observability', () => {
  it('is four pods with at most 1.2 GiB together', () => {
    const mebibytes = parts.map(({ resources }) => Number(/^(\d+)Mi$/.exec(resources.limits.memory)?.[1]))
    expect(parts.every(({ enabled }) => enabled)).toBe(true)
    expect(mebibytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1.2 * 1024)
  })

  it('replaces every word that the rules have for a link', () => {
    const template = chart('templates/_rules.tpl')
    for (const word of Object.values(placeholders)) expect(template).toContain(`replace "${word}"`)
    for (const { name } of paces) {
      const words = new Set(chart(`files/rules/${name}.yaml`).match(/__[A-Z]+__/g))
      expect([...words].toSorted()).toEqual(Object.values(placeholders).toSorted())
    }
    expect(paces.map(({ name }) => name)).toContain(values.rules.pace)
  })

  it('scrapes the services whose absence is an alert', () =>
    expect(Object.keys(values.prometheus.targets.services).toSorted()).toEqual([...serviceNames].toSorted()))

  it('gives Grafana data sources of the types that dashboards ask for', () => {
    const template = chart('templates/_grafana.tpl')
    for (const type of ['prometheus', 'jaeger', 'loki']) expect(template).toContain(`type: ${type}`)
    expect(specs.some(({ rows }) => rows.some(({ panels }) => panels.some(({ kind }) => kind === 'logs')))).toBe(true)
  })
})
