import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditBooks } from '@toko/audit'
import {
  type AttemptRecord,
  booksAtRest,
  connect,
  type HistoryRecord,
  type JourneyName,
  judge,
  openHistory,
  readBooks,
  readHistory,
  type Replica,
  seedAccounts,
  type ServiceName,
  type ShopConnection,
  type SplitShop,
  type SplitShopOptions,
  startLoad,
  startSplitShop,
  type Verdict,
} from '@toko/cli'
import { ofEach, unhurried } from '../support/settings.ts'

/** A split shop with people in it. */
export interface LoadedShop {
  readonly shop: SplitShop
  readonly connection: ShopConnection
  replicasOf(service: ServiceName): readonly Replica[]
  /** Begins the load; the run's only one until judged. */
  begin(load: { clients: number; rate: number; journeys?: readonly JourneyName[] }): Promise<void>
  /** Attempts that were sent since then (performance.now()). */
  attemptsSince(fromMs: number): readonly AttemptRecord[]
  /** Ends the load, each order as far as its client takes it; judged() does it too. */
  end(): Promise<void>
  /** What is wrong in the books as they are now, under load; lines for people. */
  faultsInBooks(): Promise<string[]>
  /** Ends the load, waits for rest, and judges: what is wrong, and how long the rest took. */
  judged(restLimitMs: number): Promise<{ faults: string[]; verdict: Verdict; restMs: number }>
  /** What was not clean. */
  stop(): Promise<string[]>
}

/** Journeys that end soon, so that a short run judges whole orders. */
const briskJourneys: readonly JourneyName[] = [
  'happy',
  'severalLines',
  'soldOut',
  'declined',
  'otherCard',
  'cancelUnpaid',
  'cancelAtOnce',
  'cancelConfirmed',
  'repeatedKey',
  'refunded',
  'shipped',
  'returned',
]

export async function startLoadedShop(options: Omit<SplitShopOptions, 'folder'>): Promise<LoadedShop> {
  const folder = mkdtempSync(join(tmpdir(), 'toko-process-'))
  const shop = await startSplitShop({
    ...options,
    folder,
    env: { ...unhurried, ...ofEach({ LOG_LEVEL: 'warn' }), ...options.env },
  })
  const { user, product, order, payment } = shop.urls
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  await seedAccounts(connection, folder)
  let runs = 0
  let running: { file: string; records: readonly HistoryRecord[]; end(): Promise<void> } | undefined
  return {
    shop,
    connection,
    replicasOf: (service) => shop.replicas.filter((replica) => replica.service === service),
    async begin({ clients, rate, journeys = briskJourneys }) {
      const history = await openHistory(join(folder, `history-${++runs}.jsonl`))
      const load = await startLoad({ shop: connection, seed: runs, clients, rate, journeys, history })
      load.finished.catch(() => {}) // told to who ends it
      let ending: Promise<void> | undefined
      running = {
        file: history.file,
        records: history.records,
        end: () => (ending ??= load.stop().then(() => history.close())),
      }
    },
    end: async () => running?.end(),
    attemptsSince: (fromMs) =>
      (running?.records ?? []).filter(
        (record): record is AttemptRecord => record.type === 'attempt' && record.t0 >= fromMs,
      ),
    async faultsInBooks() {
      return auditBooks(await readBooks(connection), Date.now()).flatMap(({ id, violations }) =>
        violations.map((violation) => `${id}: ${violation}`),
      )
    },
    async judged(restLimitMs) {
      const fromMs = performance.now()
      await running!.end()
      const books = await booksAtRest(() => readBooks(connection), { limitMs: restLimitMs, everyMs: 200 })
      const restMs = performance.now() - fromMs
      const verdict = judge(await readHistory(running!.file), books)
      return { faults: faultsOf(verdict), verdict, restMs }
    },
    async stop() {
      await connection.close()
      const leftOver = await shop.stop()
      rmSync(folder, { recursive: true, force: true })
      return leftOver
    },
  }
}

function faultsOf({ broken, findings, history }: Verdict): string[] {
  return [
    ...Object.entries(broken).flatMap(([promise, cases]: [string, readonly string[]]) =>
      cases.map((each) => `${promise}: ${each}`),
    ),
    ...findings.flatMap(({ id, violations }) => violations.map((each) => `${id}: ${each}`)),
    ...(history.unresolved === 0 ? [] : [`${history.unresolved} unknown outcomes were never resolved`]),
  ]
}
