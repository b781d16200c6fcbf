import { stringify } from 'yaml'
import type { Pace } from '../slo/windows.ts'
import { alertsAt } from './alerts.ts'
import { sliRecords, targetRecords } from './burn-rate.ts'
import { type Links, linksOf, placeholders } from './links.ts'
import type { Alert } from './rule.ts'

/** An alert as Prometheus reads it. */
export function alertingRule(alert: Alert, pace: Pace, links: Links) {
  const { severity, summary, description } = alert
  return {
    alert: alert.alert,
    expr: alert.expr,
    ...(alert.forSeconds > 0 ? { for: `${pace.patience(alert.forSeconds)}s` } : {}),
    labels: { severity, ...alert.labels },
    annotations: { summary, description, ...linksOf(alert, links) },
  }
}

/** All recording and alerting rules at a pace, as the `groups` of a rule file. */
function ruleGroups(pace: Pace, links: Links) {
  const records = [...targetRecords(), ...sliRecords(pace)]
  return Object.entries(alertsAt(pace)).map(([name, alerts]) => ({
    name,
    interval: `${pace.everySeconds}s`,
    rules: [...(name === 'toko-slo' ? records : []), ...alerts.map((alert) => alertingRule(alert, pace, links))],
  }))
}

/** The rule file of a pace as YAML. Its links begin with the words of `placeholders` where none are given. */
export function ruleFile(pace: Pace, links: Links = placeholders): string {
  const head = `# Written by make rules from packages/observability; the ${pace.name} pace.\n`
  return head + stringify({ groups: ruleGroups(pace, links) }, { lineWidth: 0 })
}
