import { dashboards } from '../src/dashboards/dashboards.ts'
import { alertsAt } from '../src/rules/alerts.ts'
import { sliRecords } from '../src/rules/burn-rate.ts'
import { production } from '../src/slo/windows.ts'

interface PlacedQuery {
  /** Where it stands, for people. */
  readonly where: string
  readonly expr: string
}

/** Every PromQL query of dashboards and rules. */
export const allQueries = (): PlacedQuery[] => [
  ...dashboards().flatMap(({ spec }) =>
    spec.rows.flatMap(({ panels }) =>
      panels.flatMap((panel) =>
        'queries' in panel ? panel.queries.map(({ expr }) => ({ where: `${spec.uid}: ${panel.title}`, expr })) : [],
      ),
    ),
  ),
  ...sliRecords(production).map(({ record, expr }) => ({ where: record, expr })),
  ...Object.values(alertsAt(production))
    .flat()
    .map(({ alert, expr }) => ({ where: alert, expr })),
]
