import { objectives } from '../slo/objectives.ts'
import { production } from '../slo/windows.ts'
import { alertsAt } from './alerts.ts'
import { anchorOf } from './links.ts'
import type { Alert } from './rule.ts'

/** Every alert once, as a table in Markdown for docs/observability.md. */
export function alertTable(): string {
  const rows = Object.values(alertsAt(production)).flatMap(perName)
  const columns = ['Alert', 'Severity', 'After', 'Means']
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' | ')} |`
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Alerts of one name share a row: the windows of an objective, the services of an absence. */
function perName(alerts: readonly Alert[]): string[][] {
  const byName = Map.groupBy(alerts, ({ alert }) => alert)
  return [...byName.values()].map((same) => {
    const [first] = same as [Alert]
    const objective = objectives.find(({ alert }) => alert === first.alert)
    const severities = [...new Set(same.map(({ severity }) => severity))].join(', ')
    return [
      `[${first.alert}](runbooks/${first.runbook}#${anchorOf(first.alert)})`,
      severities,
      objective ? 'its windows' : first.forSeconds > 0 ? `${first.forSeconds} s` : 'at once',
      objective ? `Too little of: ${objective.promise}` : inWords(first),
    ]
  })
}

const inWords = ({ summary, labels }: Alert): string =>
  summary
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '_$1_')
    .replaceAll(labels?.['service'] ? new RegExp(`\\b${labels['service']}\\b`, 'g') : /$^/g, 'one')
