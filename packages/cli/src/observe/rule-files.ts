import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { places } from '../places.ts'

/** The rules of the chart; undefined in a checkout without them. */
export function ruleFile(pace: string): string | undefined {
  const file = join(places.root, 'charts/observability/files/rules', `${pace}.yaml`)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Rules with links to what runs here. */
export const withLinks = (rules: string, links: Readonly<Record<'RUNBOOKS' | 'GRAFANA' | 'TRACES', string>>): string =>
  Object.entries(links).reduce((text, [name, link]) => text.replaceAll(`__${name}__`, link), rules)
