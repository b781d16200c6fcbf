import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName } from '@toko/cli'
import { auditShop } from './audit-shop.ts'
import { stockKeeper } from './check-stock.ts'
import { plenty, startCrashShop } from './crash-shop.ts'
import type { Scenario } from './scenarios.ts'
import { sweep, type SweepOptions, type SweepResult } from './sweep.ts'

export interface CrashOptions {
  readonly folder: string
  /** Shops at work at the same time: most of a crash is waiting. */
  readonly lanes: number
  readonly scenarios: readonly Scenario[]
  readonly services: readonly ServiceName[]
  readonly points: SweepOptions['points']
  readonly mongodBinary?: string | undefined
  readonly onProgress?: (line: string) => void
  readonly onSweep?: (result: SweepResult) => void
}

export interface CrashResult {
  readonly sweeps: readonly SweepResult[]
  readonly seconds: number
  /** Things that the audits at the end looked at. */
  readonly audited: number
  /** All of them: per order, and of the audits. */
  readonly violations: readonly string[]
}

/** Every scenario with every service, one after the other in each lane; each lane's shop is audited at its end. */
export async function crashEverywhere(options: CrashOptions): Promise<CrashResult> {
  const { scenarios, services } = options
  const startedMs = performance.now()
  const work = scenarios.flatMap((scenario) => services.map((service) => ({ scenario, service })))
  const next = work.values()
  const lanes = await Promise.all(
    Array.from({ length: Math.min(options.lanes, work.length) }, (_, lane) => runLane(options, lane, next)),
  )
  const sweeps = lanes.flatMap((lane) => lane.sweeps)
  return {
    sweeps: work.map(({ scenario, service }) =>
      sweeps.find((each) => each.scenario === scenario.name && each.service === service)!,
    ),
    seconds: Math.round((performance.now() - startedMs) / 1000),
    audited: lanes.reduce((sum, { audited }) => sum + audited, 0),
    violations: lanes.flatMap(({ violations }) => violations),
  }
}

type Lane = Pick<CrashResult, 'sweeps' | 'audited' | 'violations'>

async function runLane(
  { folder, points, mongodBinary, onProgress, onSweep }: CrashOptions,
  lane: number,
  work: Iterable<{ scenario: Scenario; service: ServiceName }>,
): Promise<Lane> {
  const own = join(folder, `lane-${lane}`)
  mkdirSync(own, { recursive: true })
  const shop = await startCrashShop(own, mongodBinary)
  const sweeps: SweepResult[] = []
  const violations: string[] = []
  let audited = 0
  try {
    const stock = stockKeeper(shop, plenty)
    for (const { scenario, service } of work) {
      const onPoint = (point: number, count: number) =>
        onProgress?.(`${scenario.name}, ${service}: ${point} of ${count}`)
      const result = await sweep({ shop, stock, scenario, service, points, onPoint })
      onSweep?.(result)
      sweeps.push(result)
      violations.push(...result.violations)
    }
    onProgress?.('audit')
    const audit = await auditShop(shop.connection)
    audited = audit.checked
    violations.push(...audit.violations)
  } finally {
    violations.push(...(await shop.stop()))
  }
  return { sweeps, audited, violations }
}
