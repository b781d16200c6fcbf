import { specs } from './dashboards.ts'
import type { Source } from './panel.ts'

export interface PanelQuery {
  /** Dashboard and panel, for people. */
  readonly where: string
  readonly expr: string
  readonly source: Source
  /** Nothing to see is good, until this happens. */
  readonly emptyUnless?: string
}

/** Every PromQL query of every dashboard. One that ends in `> 0` shows failures alone, so it may be empty. */
export const panelQueries = (): PanelQuery[] =>
  specs.flatMap(({ uid, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((panel) => {
        if (!('queries' in panel)) return []
        const { title, queries, source = 'services', emptyUnless } = panel
        return queries.map(({ expr }) => {
          const may = emptyUnless ?? (expr.endsWith(' > 0') ? 'something fails' : undefined)
          return { where: `${uid}: ${title}`, expr, source, ...(may ? { emptyUnless: may } : {}) }
        })
      }),
    ),
  )
