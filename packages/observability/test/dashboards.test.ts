import { describe, expect, it } from 'vitest'
import { dashboards } from '../src/dashboards/dashboards.ts'

interface BuiltPanel {
  readonly id: number
  readonly type: string
  readonly title?: string
  readonly description?: string
  readonly datasource?: { readonly uid?: string }
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly refId: string; readonly datasource?: { readonly uid?: string } }[]
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string
      readonly noValue?: string
      readonly thresholds?: { readonly steps: unknown[] }
    }
  }
}
const built = dashboards().map(({ spec, dashboard }) => ({
  spec,
  dashboard: JSON.parse(JSON.stringify(dashboard)) as Omit<typeof dashboard, 'panels'> & { panels: BuiltPanel[] },
}))
const panelsWith = built.flatMap(({ dashboard }) =>
  dashboard.panels.filter(({ type }) => type !== 'row').map((panel) => ({ uid: dashboard.uid, panel })),
)

describe('dashboards', () => {
  it('are six, each found by its own id', () => {
    expect(new Set(built.map(({ dashboard }) => dashboard.uid)).size).toBe(6)
    expect(built.map(({ dashboard }) => dashboard.schemaVersion)).toEqual(Array(6).fill(42))
  })

  it.each(built)('$spec.uid: panels have ids of their own and do not overlap', ({ dashboard: { panels } }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const taken = new Map<string, string>()
    for (const { title = '', gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x},${y}`), `${title} at ${x},${y}`).toBeUndefined()
          taken.set(`${x},${y}`, title)
        }
    }
  })

  it.each(built)('$spec.uid: has every variable that it uses, and the same ones as the others', ({ dashboard }) => {
    const names = (dashboard.templating.list ?? []).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['metrics', 'traces', 'namespace', 'service']))
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name)
    expect([...new Set(used)].filter((name) => !names.includes(name!))).toEqual([])
  })

  it.each(built)('$spec.uid: its links lead to the other five', ({ dashboard }) => {
    const others = built.map(({ spec }) => `/d/${spec.uid}`).filter((url) => url !== `/d/${dashboard.uid}`)
    expect((dashboard.links ?? []).map(({ url }) => url).toSorted()).toEqual(others.toSorted())
    expect((dashboard.links ?? []).every(({ includeVars, keepTime }) => includeVars && keepTime)).toBe(true)
  })

  it('every panel says what it shows and what to do, in what unit, and what it means when empty', () => {
    expect(panelsWith.length).toBeGreaterThan(60)
    const mute = panelsWith.filter(
      ({ panel }) => !panel.title || (panel.description ?? '').length < 10 || !/[.]$/.test(panel.description ?? ''),
    )
    expect(mute.map(({ uid, panel }) => `${uid}: ${panel.title}`)).toEqual([])
    const measured = panelsWith.filter(({ panel }) => panel.datasource?.uid === '${metrics}')
    for (const { panel } of measured) {
      expect(panel.fieldConfig?.defaults, panel.title).toMatchObject({
        unit: expect.stringMatching(/./),
        noValue: expect.stringMatching(/./),
        thresholds: { steps: expect.arrayContaining([expect.anything()]) },
      })
    }
  })

  it('every query asks a data source that a variable chooses', () => {
    for (const { panel } of panelsWith.filter(({ panel: { type } }) => type !== 'text')) {
      expect(panel.datasource?.uid, panel.title).toMatch(/^\$\{(metrics|traces|logs)\}$/)
      const refIds = (panel.targets ?? []).map(({ refId }) => refId)
      expect(refIds.length, panel.title).toBeGreaterThan(0)
      expect(new Set(refIds).size).toBe(refIds.length)
    }
  })

  it('links of rows and points lead to a dashboard that is there, or to Explore', () => {
    const urls = built.flatMap(({ spec }) =>
      spec.rows.flatMap(({ panels }) =>
        panels.flatMap((panel) => ('link' in panel && panel.link ? [panel.link.url] : [])),
      ),
    )
    expect(urls.length).toBeGreaterThan(5)
    const known = built.map(({ spec }) => `/d/${spec.uid}?`)
    expect(urls.filter((url) => !url.startsWith('/explore?') && !known.some((each) => url.startsWith(each)))).toEqual(
      [],
    )
  })
})
