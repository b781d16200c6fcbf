import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { specs } from '../src/dashboards/dashboards.ts'
import { differences } from '../src/differences.ts'
import { alertsAt } from '../src/rules/alerts.ts'
import { anchorOf } from '../src/rules/links.ts'
import { alertingRule } from '../src/rules/rule-file.ts'
import { objectives } from '../src/slo/objectives.ts'
import { demo, paces, production, secondsOf, windowsOf } from '../src/slo/windows.ts'
import { testFiles } from '../src/unit-tests/test-files.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const runbooks = `${root}docs/runbooks`
const alerts = Object.values(alertsAt(production)).flat()
const names = [...new Set(alerts.map(({ alert }) => alert))]

describe('rules', () => {
  it('and dashboards and the table of alerts are what is committed (make rules writes them)', () =>
    expect(differences(root, 'docs/observability.md')).toEqual([]))

  it.each(paces)(
    'burn alerts of the $name pace: the short window is a twelfth of the long one, or at most a fifth',
    (pace) => {
      for (const { long, short } of pace.windows) {
        const share = secondsOf(short) / secondsOf(long)
        expect(share, long).toBeGreaterThanOrEqual(1 / 12)
        expect(share, long).toBeLessThanOrEqual(1 / 5)
      }
      expect(windowsOf(pace).length).toBeGreaterThanOrEqual(6)
    },
  )

  it('the production windows use the shares of a budget of 30 days that the SRE workbook names', () => {
    const used = production.windows.map(({ long, burnRate }) => (burnRate * secondsOf(long)) / (30 * 86_400))
    expect(used.map((share) => Math.round(share * 100))).toEqual([2, 5, 10, 10])
  })

  it('an alert of one name differs from the next by its labels', () => {
    const keys = alerts.map(({ alert, severity, labels }) => JSON.stringify([alert, severity, labels]))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('every alert has its severity, words for people, and links', () => {
    for (const alert of alerts) {
      const { labels, annotations } = alertingRule(alert, production, { runbooks: 'r', grafana: 'g', traces: 't' })
      expect(['page', 'ticket', 'none']).toContain(labels.severity)
      expect(annotations.summary.length, alert.alert).toBeGreaterThan(10)
      expect(annotations.description, alert.alert).toMatch(/\.$/)
      expect(annotations).toMatchObject({
        runbook_url: `r/${alert.runbook}#${anchorOf(alert.alert)}`,
        dashboard_url: expect.stringMatching(/^g\/d\/toko-/),
      })
    }
  })

  it('an alert leads to traces by a tag that every store has, or by their time where it is about time', () => {
    const links = { runbooks: 'r', grafana: 'g', traces: 't' }
    const found = Object.fromEntries(
      alerts.map((alert) => {
        const { annotations } = alertingRule(alert, production, links)
        return [alert.alert, 'traces_url' in annotations ? String(annotations.traces_url) : '']
      }),
    )
    expect(found['ApiLatencyBurn']).toMatch(/&minDuration=300ms&lookback=1h&/)
    expect(decodeURIComponent(found['ApiAvailabilityBurn']!)).toContain('tags={"otel.status_code":"ERROR"}')
    expect(found['BrokerAlarm']).toBe('')
  })

  it('every objective has its alert, and no alert waits longer in a demo', () => {
    expect(names).toEqual(expect.arrayContaining(objectives.map(({ alert }) => alert)))
    for (const { forSeconds } of alerts) expect(demo.patience(forSeconds)).toBeLessThanOrEqual(forSeconds)
  })
})

describe('links of alerts', () => {
  const headings = (file: string) =>
    readFileSync(`${runbooks}/${file}`, 'utf8')
      .split('\n')
      .flatMap((line) => /^## (.*)$/.exec(line)?.[1] ?? [])

  it("lead to a heading of a runbook that is the alert's own", () => {
    const missing = alerts.filter(({ alert, runbook }) => !headings(runbook).includes(alert))
    expect(missing.map(({ alert, runbook }) => `${runbook}: ${alert}`)).toEqual([])
  })

  it('and each such runbook has no heading of an alert that is gone', () => {
    const files = new Set(alerts.map(({ runbook }) => runbook))
    files.delete('dead-letters.md') // a guide that was there before, with headings of its own
    const gone = [...files].flatMap((file) => headings(file).filter((heading) => !names.includes(heading)))
    expect(gone).toEqual([])
    expect(readdirSync(runbooks)).toEqual(expect.arrayContaining([...files]))
  })

  it('lead to dashboards that are there', () => {
    const uids = specs.map(({ uid }) => uid)
    expect(alerts.filter(({ dashboard }) => !uids.includes(dashboard))).toEqual([])
  })
})

describe('unit tests of rules', () => {
  it.each(paces)('look at every alert of the $name pace in at least six situations', (pace) => {
    const counts = new Map<string, number>()
    for (const { cases } of testFiles(pace, 'rules.yaml'))
      for (const [alert, count] of Object.entries(cases)) counts.set(alert, (counts.get(alert) ?? 0) + count)
    expect([...counts.keys()].toSorted()).toEqual(names.toSorted())
    expect([...counts].filter(([, count]) => count < 6)).toEqual([])
  })
})
