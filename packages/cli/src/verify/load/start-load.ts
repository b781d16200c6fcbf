import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopConnection } from '../../shop/connect.ts'
import { type HistoryCounts, historyCounts } from '../history/counts.ts'
import type { History } from '../history/history-file.ts'
import { type ActOut, makeAct } from './act.ts'
import { buyer } from './buyer.ts'
import { type Customer, makeCustomers } from './customers.ts'
import { type Goods, makeGoods } from './goods.ts'
import { journeys } from './journeys.ts'
import { patience, type Patience } from './patience.ts'
import { type JourneyName, journeyNames, planJourney } from './plan-journey.ts'
import { staff } from './staff.ts'
import { orderWatch } from './watch-order.ts'

export interface LoadOptions {
  readonly shop: ShopConnection
  /** What each order is follows from it. */
  readonly seed: number
  /** People at a time; each goes on when the journey before is over. */
  readonly clients: number
  readonly history: History
  /** It ends by itself after so many; without it at stop(). */
  readonly orders?: number
  /** Orders per second at most; one that finds no free client begins late. */
  readonly rate?: number
  readonly journeys?: readonly JourneyName[]
  /** How long one request is repeated while it has no outcome. Default 180 s. */
  readonly patienceMs?: number
}

export interface LoadCounts extends HistoryCounts {
  /** Journeys that began, ended, and broke off (nobody answered for as long as patience lasts). */
  readonly begun: number
  readonly ended: number
  readonly brokenOff: number
}

export interface Load {
  readonly run: string
  counts(): LoadCounts
  /** Resolves when `orders` are through, or after stop(). Rejects with a fault of the load itself. */
  readonly finished: Promise<void>
  /** Begins nothing new; what is under way has `graceMs` more (default 60 s). */
  stop(graceMs?: number): Promise<LoadCounts>
  /** Takes the run's goods out of the shop's window: only after the drain, as no order could be reserved any more. */
  retire(): Promise<void>
}

/** A customer may have five unpaid orders; this many per client keep even a shop under faults below that. */
const customersPerClient = 2
const ordersPerGood = 100

/** Makes goods and customers of its own, then sends mixed journeys from closed-loop clients. Resolves when it has begun. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { shop, history, seed, clients, orders = Number.POSITIVE_INFINITY, patienceMs = 180_000 } = options
  const run = Date.now().toString(36) + randomBytes(2).toString('hex')
  const limits = patience(patienceMs)
  const size = Number.isFinite(orders) ? orders : 20_000
  const goods = await makeGoods({
    shop,
    limits,
    run,
    plenty: Math.min(400, Math.max(20, Math.ceil(size / ordersPerGood))),
    scarce: Math.min(200, Math.max(2, Math.ceil(size / 180))),
  })
  const count = Math.max(10, clients * customersPerClient)
  const customers = await makeCustomers({ shop, limits, run, count })
  await history.persist({
    type: 'run',
    run,
    seed,
    clients,
    startedAt: new Date().toISOString(),
    users: customers.map(({ id }) => id),
    goods: [...goods.plenty, ...goods.scarce],
  })
  const act = makeAct({ order: shop.order, history, limits })
  return go({ ...options, orders, run, goods, customers, limits, act })
}

interface Started extends LoadOptions {
  readonly orders: number
  readonly run: string
  readonly goods: Goods
  readonly customers: readonly Customer[]
  readonly limits: Patience
  readonly act: ActOut
}

function go(load: Started): Load {
  const { history, goods, customers, limits, orders, rate, run } = load
  const names = load.journeys ?? journeyNames
  const stopping = new AbortController()
  const told = { begun: 0, ended: 0, brokenOff: 0 }
  const startedMs = performance.now()
  let next = 0

  async function journey(n: number, client: number, sender: { client: number; seq: number }): Promise<void> {
    const plan = planJourney({ seed: load.seed, goods, journeys: names }, n)
    const customer = customers.reduce((freest, each) => (each.open < freest.open ? each : freest))
    customer.open++
    told.begun++
    try {
      const needs = { ...load, plan, customer, sender }
      await journeys[plan.journey]({ ...orderWatch(needs), buyer: buyer(needs), staff: staff(needs), plan })
      told.ended++
    } catch (error) {
      if (!(error instanceof Error) || !isOfCall(error)) throw error
      told.brokenOff++
    } finally {
      customer.open--
    }
  }

  async function worker(client: number): Promise<void> {
    const sender = { client, seq: 0 }
    while (!stopping.signal.aborted && next < orders) {
      const n = next++
      if (rate !== undefined) await untilTurn(startedMs + (n / rate) * 1000, stopping.signal)
      if (!stopping.signal.aborted) await journey(n, client, sender)
    }
  }

  const everybody = async () => {
    await Promise.all(Array.from({ length: load.clients }, (_, index) => worker(index + 1)))
  }
  const finished = everybody()
  finished.catch(() => {}) // told to whoever waits for it
  const counts = () => ({ ...historyCounts(history.records), ...told })
  return {
    run,
    counts,
    finished,
    retire: () => goods.retire(),
    async stop(graceMs = 60_000) {
      stopping.abort()
      limits.shorten(graceMs)
      await finished
      return counts()
    },
  }
}

const isOfCall = ({ name }: Error) =>
  name.startsWith('Call') || name === 'ProblemAnswer' || name === 'DeadlineExceededError'

const untilTurn = (atMs: number, signal: AbortSignal) =>
  sleep(Math.max(0, atMs - performance.now()), undefined, { signal }).catch(() => {})
