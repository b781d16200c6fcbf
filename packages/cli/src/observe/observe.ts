import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PublicPorts } from '../split/ports.ts'
import { choosePorts } from './choose-ports.ts'
import {
  collectorConfiguration,
  jaegerConfiguration,
  prometheusConfiguration,
  type ScrapeOptions,
} from './configurations.ts'
import { findLaunchers, type Launcher } from './launchers.ts'
import { type OwnProgram, startProgram } from './own-program.ts'
import { type ProgramName, programs } from './programs.ts'
import { ruleFile, withLinks } from './rule-files.ts'

export interface ObserveOptions {
  readonly shop: PublicPorts
  /** Whose rules of the chart are evaluated, or rules of the caller's own. */
  readonly pace: 'production' | 'demo' | { readonly rules: string }
  readonly scraping?: ScrapeOptions
  /** Programs that are installed are passed over. */
  readonly containersOnly?: boolean
  /** Given up when aborted. */
  readonly stopping: AbortSignal
}

export interface Observatory {
  readonly urls: { readonly otlp: string; readonly prometheus: string; readonly jaeger: string }
  readonly how: Readonly<Record<ProgramName, Launcher['how']>>
  readonly hasRules: boolean
  /** Resolves with a line when one of them ends by itself. */
  readonly ended: Promise<string>
  /** Ends all three and removes what they wrote. */
  stop(): Promise<void>
}

const local = (port: number) => `http://127.0.0.1:${port}`

/**
 * Collector, Jaeger and Prometheus beside a shop on this machine. Everything they write goes to a folder that stop() removes.
 * @throws Failure; nothing is left running then
 */
export async function startObservatory({
  shop,
  pace,
  scraping,
  containersOnly,
  stopping,
}: ObserveOptions): Promise<Observatory> {
  const folder = mkdtempSync(join(tmpdir(), 'toko-observe-'))
  const started: OwnProgram[] = []
  const stop = async () => {
    await Promise.all(started.map((program) => program.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const launchers = await findLaunchers(folder, containersOnly)
    const ports = await choosePorts()
    const urls = { otlp: local(ports.otlpHttp), prometheus: local(ports.prometheus), jaeger: local(ports.jaeger) }
    const write = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const config = (name: ProgramName, content: object) => write(`${name}.yaml`, JSON.stringify(content))
    const rules = typeof pace === 'string' ? ruleFile(pace) : pace.rules
    const links = { RUNBOOKS: 'docs/runbooks', GRAFANA: urls.prometheus, TRACES: urls.jaeger }
    const ruleFiles = rules === undefined ? [] : [write('rules.yaml', withLinks(rules, links))]
    const data = join(folder, 'prometheus')
    mkdirSync(data)
    const start = (name: ProgramName, args: readonly string[], probeUrl: string) =>
      started.push(
        startProgram({ name, launcher: launchers[name], args, logFile: join(folder, `${name}.log`), probeUrl }),
      )

    start('jaeger', ['--config', config('jaeger', jaegerConfiguration(ports))], `${urls.jaeger}/api/services`)
    start('collector', ['--config', config('collector', collectorConfiguration(ports))], `${urls.otlp}/v1/traces`)
    const prometheus = config('prometheus', prometheusConfiguration(ports, shop, ruleFiles, scraping))
    start(
      'prometheus',
      [
        `--config.file=${prometheus}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=1d',
        '--enable-feature=exemplar-storage',
        `--web.listen-address=127.0.0.1:${ports.prometheus}`,
        '--log.level=warn',
      ],
      `${urls.prometheus}/-/ready`,
    )
    await Promise.all(started.map((program) => program.whenReady()))
    stopping.throwIfAborted()
    const how = Object.fromEntries(Object.keys(programs).map((name) => [name, launchers[name as ProgramName].how]))
    const ended = Promise.race(started.map((program) => program.ended))
    return { urls, how: how as Observatory['how'], hasRules: rules !== undefined, ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
