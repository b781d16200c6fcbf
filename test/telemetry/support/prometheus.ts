import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, freePorts } from '@toko/testkit'

export interface Prometheus {
  /** Result of an instant query, e.g. `up`. */
  query(expr: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>
  exemplars(expr: string): Promise<{ labels: Record<string, string>; value: string }[]>
  /** What is wrong with the last scrape of each target; empty texts where nothing is. */
  scrapeErrors(): Promise<string[]>
  stop(): Promise<void>
}

interface Options {
  /** Labels of targets as the chart gives them, job `toko` and the service, which rules and dashboards expect. */
  readonly asInChart?: boolean
  readonly ruleFiles?: readonly string[]
}

/**
 * A real Prometheus that scrapes these admin ports every second, or as patiently as the chart. It has scraped each once:
 * what is counted from now on is a rise that it sees. @throws Error naming what to install
 */
export async function startPrometheus(
  folder: string,
  adminUrls: Readonly<Record<string, string>>,
  { asInChart = false, ruleFiles = [] }: Options = {},
): Promise<Prometheus> {
  if (spawnSync('prometheus', ['--version']).status !== 0)
    throw new Error('prometheus is not on PATH: install Prometheus 3 (make observe needs it too)')
  const config = join(folder, 'prometheus.yml')
  const [port] = await freePorts(1)
  const every = asInChart ? '5s' : '1s'
  const own = {
    job_name: 'prometheus',
    static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { namespace: 'test' } }],
  }
  const jobs = Object.entries(adminUrls).map(([job_name, url]) => ({
    job_name,
    honor_labels: asInChart,
    static_configs: [
      {
        targets: [new URL(url).host],
        ...(asInChart ? { labels: { job: 'toko', service: job_name, namespace: 'test' } } : {}),
      },
    ],
    sample_limit: 10_000,
  }))
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: every, scrape_timeout: every },
      rule_files: ruleFiles,
      scrape_configs: asInChart ? [...jobs, own] : jobs,
    }),
  )
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)
    const body = (await answer.json()) as { status: string; error?: string; data: unknown }
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`)
    return body.data
  }
  const targets = async () =>
    ((await get('targets')) as { activeTargets: { lastError: string; health: string; scrapePool: string }[] })
      .activeTargets
  await eventually(
    async () => {
      const waiting = (await targets()).filter(({ health }) => health === 'unknown')
      if (waiting.length > 0) throw new Error(`not scraped yet: ${waiting.map(({ scrapePool }) => scrapePool).join()}`)
    },
    { timeoutMs: 60_000 },
  )
  return {
    async query(expr) {
      const data = await get(`query?query=${encodeURIComponent(expr)}`)
      return (data as { result: Awaited<ReturnType<Prometheus['query']>> }).result
    },
    async exemplars(expr) {
      const range = `start=${Date.now() / 1000 - 600}&end=${Date.now() / 1000 + 60}`
      const data = await get(`query_exemplars?query=${encodeURIComponent(expr)}&${range}`)
      return (data as { exemplars: Awaited<ReturnType<Prometheus['exemplars']>> }[]).flatMap(
        ({ exemplars }) => exemplars,
      )
    },
    async scrapeErrors() {
      return (await targets()).map(({ scrapePool, health, lastError }) => `${scrapePool} ${health} ${lastError}`.trim())
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
