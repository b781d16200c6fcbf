import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { drain, judge, openHistory, type ShopConnection, type Verdict } from '@toko/cli'
import type { Failure, Tally } from './load/tally.ts'
import { makeScene } from './load/scene.ts'
import type { ShopAddresses } from './load/shop-addresses.ts'
import { startLoad } from './load/start-load.ts'
import type { Step, StepResult } from './steps/step.ts'

export interface RolloutOptions {
  readonly shop: ShopConnection
  readonly urls: ShopAddresses
  /** Requests per second. */
  readonly rate: number
  /** The load goes on after the last step until so many are answered. */
  readonly leastRequests: number
  readonly steps: readonly Step[]
  /** Where the history of orders is written. */
  readonly reportFolder: string
  readonly onLine: (line: string) => void
}

export interface RolloutResult {
  readonly rate: number
  readonly seconds: number
  readonly requests: number
  readonly fresh: number
  readonly operations: ReturnType<Tally['byOperation']>
  readonly failures: readonly Failure[]
  /** How late the client sent at worst, ms. */
  readonly latestMs: number
  readonly p50: number
  readonly p99: number
  readonly steps: readonly StepResult[]
  /** Orders that the next version answered. */
  readonly byNextVersion: number
  readonly verdict: Verdict
}

const progressEveryMs = 10_000
/** Undisturbed load before the first step and after the last. */
const quietMs = 5000
/** order-protocol.md: every order is final that long after the last fault. */
const drainMs = 120_000

/** Load, steps, peace, then what clients were told against the books. A step that fails ends the steps, not the verdict. */
export async function runRollout(options: RolloutOptions): Promise<RolloutResult> {
  const { shop, urls, rate, leastRequests, steps, reportFolder, onLine } = options
  const history = await openHistory(join(reportFolder, 'orders.jsonl'))
  try {
    onLine('making goods, customers and carts')
    const scene = await makeScene(shop, urls, history)
    const load = await startLoad(scene, rate)
    const startedMs = performance.now()
    const seconds = () => Math.round((performance.now() - startedMs) / 1000)
    let [current, counted, told] = ['nothing yet', 0, 0]
    const tell = () => {
      const { tally } = load
      const p99 = tally.percentile(0.99, counted)
      counted = tally.count()
      onLine(
        `${String(seconds()).padStart(5)} s  ${counted} answered, ${tally.failures.length} failed, p99 ${p99} ms, ${load.underWay()} under way · ${current}`,
      )
      for (const { op, fault } of tally.failures.slice(told, told + 5)) onLine(`         ${op}: ${fault}`)
      told = tally.failures.length
    }
    const progress = setInterval(tell, progressEveryMs)
    const enter = (what: string) => load.tally.during((current = what))
    const results: StepResult[] = []
    const disturb = async () => {
      await sleep(quietMs)
      for (const step of steps) {
        enter(step.name)
        const result = await taken(step)
        results.push(result)
        onLine(`${String(seconds()).padStart(5)} s  ${step.name}: ${result.fault ?? `done in ${result.seconds} s`}`)
        if (result.fault !== undefined) break
      }
      enter('nothing any more')
      await sleep(quietMs)
      while (load.tally.count() < leastRequests) await sleep(500)
    }
    try {
      await Promise.race([disturb(), load.broken])
    } finally {
      clearInterval(progress)
      await load.stop()
    }
    const tookS = seconds()
    tell()
    onLine('waiting until the shop is at rest')
    const books = await drain(shop, history.records, {
      deadlineMs: drainMs,
      onLook: (left) => onLine(`${left} under way`),
    })
    const verdict = judge(history.records, books)
    await scene.retire()
    const { tally } = load
    return {
      rate,
      seconds: tookS,
      requests: tally.count(),
      fresh: tally.countOf('fresh'),
      operations: tally.byOperation(),
      failures: tally.failures,
      latestMs: Math.round(load.latestMs()),
      p50: tally.percentile(0.5),
      p99: tally.percentile(0.99),
      steps: results,
      byNextVersion: scene.byNextVersion.length,
      verdict,
    }
  } finally {
    await history.close()
  }
}

async function taken({ name, run }: Step): Promise<StepResult> {
  const startedMs = performance.now()
  const seconds = () => Math.round((performance.now() - startedMs) / 1000)
  try {
    await run()
    return { name, seconds: seconds() }
  } catch (error) {
    return { name, seconds: seconds(), fault: error instanceof Error ? error.message : String(error) }
  }
}
