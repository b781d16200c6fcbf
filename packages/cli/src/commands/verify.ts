import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { Failure } from '../io/failure.ts'
import type { Output } from '../io/output.ts'
import type { ShopConnection } from '../shop/connect.ts'
import { type FaultKind, faultKinds, type FaultTarget, requireTargets } from '../verify/faults/fault-kinds.ts'
import { type JourneyName, journeyNames } from '../verify/load/plan-journey.ts'
import type { OwnShop } from '../verify/run/own-shop.ts'
import {
  atLeastOne,
  replicasOption,
  shopCommand,
  type ShopOptions,
  someOf,
  type SplitOptions,
  splitOption,
  toExit,
  wholeNumber,
  withShop,
} from './shared.ts'

interface VerifyCommandOptions extends ShopOptions, SplitOptions {
  readonly orders: number
  readonly clients: number
  readonly seed?: number
  readonly rate?: number
  readonly faults: readonly FaultKind[]
  readonly journeys?: readonly JourneyName[]
  readonly pids?: string
  readonly start?: boolean
  readonly drain: number
  readonly patience: number
  readonly history?: string
}

export function verifyCommand(): Command {
  return shopCommand(
    'verify',
    'place orders in every way, with faults if asked, and compare what clients were told with the books; exit code 1: a promise is broken',
  )
    .addOption(new Option('--orders <n>', 'how many').argParser(atLeastOne).default(5000))
    .addOption(new Option('--clients <n>', 'people who order at the same time').argParser(atLeastOne).default(16))
    .addOption(new Option('--rate <n>', 'orders per second at most').argParser(atLeastOne))
    .addOption(new Option('--seed <n>', 'repeats the same journeys and faults').argParser(wholeNumber))
    .addOption(
      new Option('--faults <kinds>', `some of ${faultKinds.join(',')}`)
        .argParser(someOf(faultKinds))
        .default([], 'none'),
    )
    .addOption(new Option('--pids <name=pid,…>', 'processes that faults may signal; a file with a pid works too'))
    .addOption(new Option('--start', 'verify a shop of its own in a temporary folder').conflicts('pids'))
    .addOption(splitOption())
    .addOption(replicasOption())
    .addOption(
      new Option('--drain <s>', 'time to come to rest after the last fault').argParser(atLeastOne).default(120),
    )
    .addOption(new Option('--journeys <names>', 'only these').argParser(someOf(journeyNames)).default(undefined, 'all'))
    .addOption(
      new Option('--patience <s>', 'how long a client repeats one request or waits for one order')
        .argParser(atLeastOne)
        .default(180),
    )
    .addOption(new Option('--history <file>', 'one JSON line per attempt; default: in the data folder'))
    .action((options: VerifyCommandOptions) => (options.start ? verifyOwnShop(options) : verifyGivenShop(options)))
}

/** @throws Failure for what only a shop of its own can be told */
function requireStart({ split, replicas }: SplitOptions): void {
  if (split || replicas !== undefined) throw new Failure('--split and --replicas need --start', 2)
}

const verifyGivenShop = (options: VerifyCommandOptions) =>
  withShop(options, async (shop, output) => {
    requireStart(options)
    const { givenPids } = await import('../verify/faults/given-pids.ts')
    const targets = options.pids === undefined ? [] : givenPids(options.pids)
    requireTargets(options.faults, targets)
    return verify(shop, targets, options, output)
  })

const verifyOwnShop = (options: VerifyCommandOptions) =>
  toExit(async (output) => {
    const own = await startOwn(options)
    let code = 2
    try {
      return (code = await verify(own.shop, own.targets, options, output))
    } finally {
      await own.stop(code !== 0)
      if (code !== 0) output.note(`its shop is kept: ${own.dataDir}`)
    }
  })

async function startOwn({ split, replicas }: SplitOptions): Promise<OwnShop> {
  if (split) return (await import('../verify/run/own-split-shop.ts')).startOwnSplitShop(split, replicas)
  if (replicas !== undefined) throw new Failure('--replicas needs --split', 2)
  return (await import('../verify/run/own-shop.ts')).startOwnShop()
}

/** Ctrl-C once: no more orders, what was sent is judged; again: the end, without a verdict. */
function stopOnSignal(output: Output): AbortController {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(2)
      output.note('no more orders; what was sent is judged')
      stopping.abort()
    })
  return stopping
}

async function verify(
  shop: ShopConnection,
  targets: readonly FaultTarget[],
  { dataDir, orders, clients, rate, faults, drain, patience, json, ...given }: VerifyCommandOptions,
  output: Output,
): Promise<number> {
  const { openHistory } = await import('../verify/history/history-file.ts')
  const { verifyShop } = await import('../verify/run/verify-shop.ts')
  const { verifyProgress } = await import('../verify/run/verify-progress.ts')
  const { printVerdict } = await import('../verify/run/print-verdict.ts')
  const file = given.history ?? join(dataDir, 'verify', `${new Date().toISOString().replaceAll(':', '-')}.jsonl`)
  const seed = given.seed ?? randomInt(100_000)
  const stopping = stopOnSignal(output).signal
  const history = await openHistory(file)
  const progress = verifyProgress(output)
  try {
    const verified = await verifyShop({
      shop,
      targets,
      seed,
      orders,
      clients,
      faults,
      history,
      progress,
      stopping,
      drainMs: drain * 1000,
      patienceMs: patience * 1000,
      ...(rate === undefined ? {} : { rate }),
      ...(given.journeys ? { journeys: given.journeys } : {}),
    })
    progress.stop()
    if (json) output.json({ ...verified, historyFile: file })
    else printVerdict(output, verified, file)
    return verified.verdict.isGreen ? 0 : 1
  } finally {
    progress.stop()
    await history.close()
  }
}
