import { panelQueries } from '../src/dashboards/panel-queries.ts'
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
  ...panelQueries(),
  ...sliRecords(production).map(({ record, expr }) => ({ where: record, expr })),
  ...Object.values(alertsAt(production))
    .flat()
    .map(({ alert, expr }) => ({ where: alert, expr })),
]
