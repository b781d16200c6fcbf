import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { places } from '../places.ts'

/** The rules of the chart, with links to what runs here; undefined in a checkout without them. */
export function ruleFile(pace: string, links: Readonly<Record<'RUNBOOKS' | 'GRAFANA' | 'TRACES', string>>) {
  const file = join(places.root, 'charts/observability/files/rules', `${pace}.yaml`)
  if (!existsSync(file)) return undefined
  return Object.entries(links).reduce(
    (text, [name, link]) => text.replaceAll(`__${name}__`, link),
    readFileSync(file, 'utf8'),
  )
}
