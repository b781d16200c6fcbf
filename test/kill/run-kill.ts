import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Books, isAtRest } from '@toko/audit'
import {
  booksAtRest,
  connect,
  judge,
  openHistory,
  readBooks,
  readHistory,
  type ReplicaExit,
  seedAccounts,
  type SplitShop,
  type ShopConnection,
  startLoad,
  startSplitShop,
  type Verdict,
} from '@toko/cli'
import { startChaos } from './chaos.ts'
import { type FaultKind, faultLog } from './fault-log.ts'
import { random } from './random.ts'

export interface KillOptions {
  /** Databases and logs of the shop. */
  readonly folder: string
  /** Where history and fault log stay. */
  readonly reportFolder: string
  readonly faultsMs: number
  readonly seed: number
  readonly clients: number
  /** Orders per second at most. */
  readonly rate: number
  readonly env?: Readonly<Record<string, string>>
  /** A rule of the protocol that the services break (test/mutants): the verdict must be red. */
  readonly mutant?: string | undefined
  readonly mongodBinary?: string | undefined
  readonly onProgress?: (line: string) => void
}

export interface KillResult {
  readonly faults: Readonly<Record<FaultKind, number>>
  readonly verdict: Verdict
  /** From the last fault until nothing was under way any more; undefined: it did not come to rest within the limit. */
  readonly restMs: number | undefined
  /** Replicas that ended although nobody killed them. */
  readonly ownEnds: readonly string[]
  /** What was not clean when the shop stopped. */
  readonly leftOver: readonly string[]
}

/** order-protocol.md: every order is final this long after the last fault. */
export const finalWithinMs = 120_000
const replicas = 2
const preload = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const hourMs = 3_600_000

/** Load and faults for a while, then peace, then the judgement. */
export async function runKill(options: KillOptions): Promise<KillResult> {
  const { folder, reportFolder, faultsMs, seed, clients, rate, onProgress = () => {} } = options
  mkdirSync(reportFolder, { recursive: true })
  const log = faultLog(join(reportFolder, 'faults.jsonl'))
  const clocks = random(seed)
  let isOver = false
  const shop = await startSplitShop({
    folder,
    replicas,
    mongodBinary: options.mongodBinary,
    preloads: [...(options.mutant ? [preload('../mutants/apply.ts')] : []), preload('clock-offset.ts')],
    env: {
      ORDER_LOG_LEVEL: 'warn',
      PRODUCT_LOG_LEVEL: 'warn',
      PAYMENT_LOG_LEVEL: 'warn',
      USER_LOG_LEVEL: 'warn',
      ...(options.mutant ? { TOKO_MUTANT: options.mutant } : {}),
      ...options.env,
    },
    envOf(service, index): Readonly<Record<string, string>> {
      const hours = service === 'product' && !isOver ? clocks.pick([-1, 0, 0, 1]) : 0
      if (hours === 0) return {}
      log.add('clock', `${service}-${index}`, `${hours} h`)
      return { CLOCK_OFFSET_MS: String(hours * hourMs) }
    },
  })
  const { user, product, order, payment } = shop.urls
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  const historyFile = join(reportFolder, 'history.jsonl')
  let leftOver: string[] = ['the shop was not stopped']
  try {
    await seedAccounts(connection, folder)
    const history = await openHistory(historyFile)
    const load = await startLoad({ shop: connection, seed, clients, rate, history })
    const chaos = startChaos({ shop, connection, log, seed, ...pace(faultsMs) })
    const untilMs = performance.now() + faultsMs
    while (performance.now() < untilMs) {
      await Promise.race([sleep(Math.min(5000, untilMs - performance.now())), load.finished])
      const { sent, acknowledged, unknown } = load.counts()
      onProgress(`${log.counts.kill} kills, ${sent} orders sent, ${acknowledged} acknowledged, ${unknown} were unknown`)
    }
    isOver = true
    const lastMs = await chaos.stop()
    await setClocksRight(shop)
    await load.stop()
    const { books, restMs } = await rest(connection, lastMs)
    await history.close()
    const verdict = judge(await readHistory(historyFile), books)
    const ownEnds = shop.replicas.flatMap(({ service, index, exits }) =>
      exits.filter(({ isOurs }) => !isOurs).map((exit) => `${service}-${index} ${describe(exit)}`),
    )
    await connection.close()
    leftOver = await shop.stop()
    return { faults: log.counts, verdict, restMs, ownEnds, leftOver }
  } finally {
    if (leftOver[0] === 'the shop was not stopped') await shop.stop()
  }
}

/**
 * Rare faults come often enough that a short run has each, and seldom enough that the shop works in between: a mongod that is
 * killed again within a minute waits up to 10 s before it comes back.
 */
function pace(faultsMs: number) {
  const share = Math.min(1, faultsMs / 600_000)
  const between = (least: readonly [number, number], usual: readonly [number, number]) =>
    [Math.max(least[0], usual[0] * share), Math.max(least[1], usual[1] * share)] as const
  return {
    everyMs: {
      pause: between([3000, 6000], [10_000, 30_000]),
      mongod: between([6000, 12_000], [15_000, 45_000]),
      broker: between([8000, 16_000], [90_000, 180_000]),
      psp: between([2000, 4000], [5000, 20_000]),
    },
    longestPauseMs: Math.max(8000, 90_000 * share),
  }
}

/** A process keeps its clock for life. */
async function setClocksRight(shop: SplitShop): Promise<void> {
  for (const replica of shop.replicas) if (replica.service === 'product') replica.kill()
  await sleep(100) // their ends have to be heard of before they can be ready again
  await shop.whenReady()
}

/** The books once nothing is under way, and the time from the last fault until then. */
async function rest(
  connection: ShopConnection,
  sinceMs: number,
): Promise<{ readonly books: Books; readonly restMs: number | undefined }> {
  let restMs: number | undefined
  const books = await booksAtRest(() => readBooks(connection), {
    limitMs: finalWithinMs - (performance.now() - sinceMs),
    everyMs: 500,
    onLook(seen) {
      restMs = isAtRest(seen) ? (restMs ?? Math.round(performance.now() - sinceMs)) : undefined
    },
  })
  return { books, restMs }
}

const describe = ({ code, signal, atMs }: ReplicaExit) =>
  `ended with ${code ?? signal} at ${new Date(atMs).toISOString()}`
