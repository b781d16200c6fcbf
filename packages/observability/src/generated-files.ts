import { dashboards } from './dashboards/dashboards.ts'
import { alertTable } from './rules/alert-table.ts'
import { ruleFile } from './rules/rule-file.ts'
import { paces } from './slo/windows.ts'

export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Folders in which every file is generated. */
export const generatedFolders = ['charts/observability/files/rules', 'charts/observability/files/dashboards'] as const

const [rulesFolder, dashboardsFolder] = generatedFolders

/** What is committed and follows from this package: rules of each pace, and dashboards. */
export const generatedFiles = (): GeneratedFile[] => [
  ...paces.map((pace) => ({ path: `${rulesFolder}/${pace.name}.yaml`, text: ruleFile(pace) })),
  ...dashboards().map(({ dashboard }) => ({
    path: `${dashboardsFolder}/${dashboard.uid}.json`,
    text: `${JSON.stringify(dashboard, null, 2)}\n`,
  })),
]

const [begin, end] = ['<!-- alerts: written by make rules -->', '<!-- end of alerts -->']

/** The page with the table of alerts between its two marks. */
export function withAlertTable(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/observability.md lacks "${begin}" or "${end}"`)
  return `${page.slice(0, from + begin.length)}\n\n${alertTable()}\n\n${page.slice(to)}`
}
