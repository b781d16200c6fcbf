import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Alert } from '../responder/signals.ts'
import type { Counted } from '../report/row.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Links of an alert that lead somewhere: to a heading, to a dashboard that is there, to an answer of the trace store. */
export async function checkLinks({ annotations }: Alert): Promise<Counted> {
  const checks = Object.entries(annotations)
    .filter(([name]) => name.endsWith('_url'))
    .map(async ([name, url]) => leads[name]?.(url) ?? false)
  const found = await Promise.all(checks)
  return { good: found.filter(Boolean).length, all: found.length }
}

const leads: Readonly<Record<string, (url: string) => boolean | Promise<boolean>>> = {
  runbook_url(url) {
    const [file = '', anchor = ''] = url.split('#')
    const headings = existsSync(`${root}${file}`) ? readFileSync(`${root}${file}`, 'utf8').split('\n') : []
    return headings.some((line) => line.startsWith('## ') && line.slice(3).toLowerCase() === anchor)
  },
  dashboard_url(url) {
    const uid = /\/d\/([\w-]+)/.exec(url)?.[1]
    return existsSync(`${root}charts/observability/files/dashboards/${uid}.json`)
  },
  traces_url: async (url) => (await fetch(url.replace('/search?', '/api/traces?'))).ok,
}
