import { setTimeout as sleep } from 'node:timers/promises'
import type { Replica, ServiceName } from '@toko/cli'
import { calm } from './calm.ts'
import type { StockKeeper } from './check-stock.ts'
import type { CrashShop } from './crash-shop.ts'
import type { Scenario } from './scenarios.ts'
import { until } from './shopper.ts'

/** What came of one service's part in one scenario. */
export interface SweepResult {
  readonly scenario: string
  readonly service: ServiceName
  /** Durable steps of the run that crashed nowhere. */
  readonly steps: number
  /** Points at which the process was ended. */
  readonly crashed: number
  /** Points that this run's order did not come to: background work takes its turns differently. */
  readonly missed: number
  readonly violations: readonly string[]
}

export interface SweepOptions {
  readonly shop: CrashShop
  readonly stock: StockKeeper
  readonly scenario: Scenario
  readonly service: ServiceName
  /** Which of the N points are taken. */
  readonly points: (count: number) => readonly number[]
  readonly onPoint?: (point: number, count: number) => void
}

const enough = 3

/** Runs the scenario once to count its steps, then once for each point with a crash there. */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { shop, stock, scenario, service, points, onPoint } = options
  const replica = shop.replicas.find((each) => each.service === service)!
  const steps = await countSteps(options, replica)
  const violations: string[] = []
  let [crashed, missed] = [0, 0]
  for (const point of points(steps)) {
    onPoint?.(point, steps)
    const what = `${scenario.name}, ${service}, point ${point}`
    const before = replica.exits.length
    try {
      const prepared = await scenario.prepare(shop)
      await calm(shop)
      await replica.ask({ crashAt: point })
      await live(options, prepared)
      await calm(shop)
      await stock.check()
    } catch (error) {
      violations.push(`${what}: ${(error as Error).message}`)
    }
    const exits = replica.exits.slice(before)
    const ownEnds = exits.filter(({ signal }) => signal !== 'SIGKILL')
    violations.push(...ownEnds.map(({ code, signal }) => `${what}: ended with ${code ?? signal}`))
    if (exits.length > 0) crashed++
    else missed++
    if (exits.length === 0) await replica.ask({})
    // What is wrong stays wrong for those who come after: they would wait in vain.
    if (violations.length >= enough) break
  }
  return { scenario: scenario.name, service, steps, crashed, missed, violations }
}

async function countSteps(options: SweepOptions, replica: Replica): Promise<number> {
  const { shop, scenario } = options
  const prepared = await scenario.prepare(shop)
  await calm(shop)
  await replica.ask({ crashAt: 0 })
  await live(options, prepared)
  await calm(shop)
  await sleep(100)
  const { counted } = (await replica.ask({})) as { counted: number }
  return counted
}

/** The order's life from where the scenario begins to its end. */
async function live({ shop, stock, scenario }: SweepOptions, prepared: string): Promise<void> {
  stock.add(scenario)
  const id = await scenario.act(shop, prepared)
  await until(shop, id, scenario.end)
}
