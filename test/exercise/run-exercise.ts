import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { serviceNames } from '@toko/cli'
import type { Drawn, World } from './faults/fault.ts'
import { faults } from './faults/index.ts'
import type { Facts } from './report/measures.ts'
import type { Row } from './report/row.ts'
import { respondBlind } from './responder/blind.ts'
import { respond } from './responder/respond.ts'
import { type Alert, firingAlerts, query } from './responder/signals.ts'
import { breachesSeen } from './shop/breaches.ts'
import { type ExerciseShop, startExerciseShop } from './shop/exercise-shop.ts'
import { checkLinks } from './shop/links.ts'
import { type OrderTraces, readOrderTraces } from './shop/order-traces.ts'
import { startTraffic, type Traffic } from './shop/traffic.ts'

export interface ExerciseOptions {
  readonly folder: string
  readonly drawn: readonly Drawn[]
  readonly quietMs: number
  readonly onRow: (row: Row) => void
  readonly onNote: (line: string) => void
  /** Aborted: it is given up, and all that was started is ended. */
  readonly stopping: AbortSignal
}

const pollMs = 250
const warmUpMs = 8000
const watchMs = 20_000
/** A fault that is seen at once lasts a little, so that what it breaks can be counted. */
const leastMs = 7000
const calmLimitMs = 60_000
const calmForMs = 2500

/** Objectives that the services themselves missed, by their own recorded series, over the shortest window. */
const missed =
  'toko_slo_bad:ratio6s > on (slo) group_left () (1 - toko_slo:target) and toko_slo_bad_events:increase6s >= 3'

/** Warm-up, a time without a fault, then one fault after the other: let it happen, wait for an alert, respond, end it. */
export async function runExercise(options: ExerciseOptions): Promise<Facts> {
  const { folder, drawn, quietMs, onRow, onNote, stopping } = options
  const shop = await startExerciseShop(folder, stopping)
  try {
    const traffic = await startTraffic(shop)
    const { prometheus, jaeger } = shop.observatory.urls
    const watch = { prometheus, stopping }
    const logs = shop.shop.replicas.map(({ logFile }) => logFile)
    await sleep(warmUpMs)
    await calm(watch, onNote)
    const quietAlerts = await alertsDuring(watch, quietMs)
    const rows: Row[] = []
    const read: OrderTraces[] = []
    for (const each of drawn) {
      const fromMs = Date.now()
      const takeBack = await each.prepare?.({ ...shop, traffic })
      let seen: Omit<Row, 'isOver'>
      try {
        if (takeBack) await calm(watch, onNote)
        seen = await exercise(each, shop, traffic, watch)
      } finally {
        await takeBack?.()
      }
      onRow({ ...seen, isOver: true })
      rows.push({ ...seen, isOver: await calm(watch, onNote) })
      // A process that was killed took its last spans along.
      if (each.kills) continue
      const ids = traffic.orders
        .filter(({ atMs, status }) => atMs >= fromMs && status === 'confirmed')
        .map(({ id }) => id)
      const traces = await readOrderTraces(jaeger, ids, logs)
      read.push(traces)
      for (const complaint of [...new Set(traces.complaints)].slice(0, 8)) onNote(complaint)
    }
    await traffic.stop()
    const total = (pick: (traces: OrderTraces) => number) => read.reduce((sum, each) => sum + pick(each), 0)
    return {
      rows,
      quietAlerts,
      quietSeconds: quietMs / 1000,
      traces: { good: total(({ traces }) => traces.good), all: total(({ traces }) => traces.all) },
      orphans: total(({ orphans }) => orphans),
      named: { good: total(({ named }) => named.good), all: total(({ named }) => named.all) },
      leaked: await wordsIn(shop, logs),
    }
  } finally {
    await shop.stop()
  }
}

interface Watch {
  readonly prometheus: string
  readonly stopping: AbortSignal
}

/** Most of the time is spent with looking, so this is where a run is given up. */
async function look({ prometheus, stopping }: Watch): Promise<Alert[]> {
  stopping.throwIfAborted()
  return firingAlerts(prometheus)
}

async function exercise(
  drawn: Drawn,
  shop: ExerciseShop,
  traffic: Traffic,
  watch: Watch,
): Promise<Omit<Row, 'isOver'>> {
  const { prometheus } = watch
  const { name, detail, truth, mustStaySilent = false } = drawn
  const before = new Set((await look(watch)).map(keyOf))
  const world: World = { ...shop, traffic }
  const fromMs = Date.now()
  const end = await drawn.inject(world)
  try {
    const alert = await firstAlert(
      watch,
      fromMs + (drawn.watchMs ?? watchMs),
      (each) => before.has(keyOf(each)) || (drawn.isDeploy && each.labels['alertname'] === 'ServiceAbsent'),
    )
    const seenMs = Date.now()
    const found = alert && (await respond(alert, prometheus))
    const blind =
      alert && respondBlind(alert, (service) => shop.shop.replicas.find((each) => each.service === service)!.logFile)
    await sleep(Math.max(0, fromMs + leastMs - Date.now()))
    const seconds = Math.ceil((Date.now() - fromMs) / 1000)
    const own = await query(prometheus, `max_over_time((${missed})[${seconds}s:1s])`)
    const signs = drawn.sign ? await query(prometheus, `(${drawn.sign(seconds)}) > 0`) : []
    const breached = [
      ...breachesSeen(traffic, fromMs, Date.now()),
      ...own.map(({ labels }) => `${labels['slo']}@${labels['service']}`),
    ]
    return {
      name,
      detail,
      truth,
      mustStaySilent,
      breached,
      hasBitten: alert !== undefined || breached.length > 0 || signs.length > 0,
      alert: alert && [alert.labels['alertname'], alert.labels['service']].filter(Boolean).join(' '),
      detectSeconds: alert && (seenMs - fromMs) / 1000,
      found,
      blind,
      links: alert ? await checkLinks(alert) : { good: 0, all: 0 },
    }
  } finally {
    await end()
  }
}

const keyOf = ({ labels }: Alert) => JSON.stringify(labels)

/** The first that nobody passes over; of several at once a page, then the one that came first. */
async function firstAlert(
  watch: Watch,
  untilMs: number,
  isPassedOver: (alert: Alert) => boolean | undefined,
): Promise<Alert | undefined> {
  for (; Date.now() < untilMs; await sleep(pollMs)) {
    const news = (await look(watch)).filter((alert) => !isPassedOver(alert))
    const [first] = news.toSorted(
      (a, b) =>
        (a.labels['severity'] ?? '').localeCompare(b.labels['severity'] ?? '') || a.activeAt.localeCompare(b.activeAt),
    )
    if (first) return first
  }
  return undefined
}

async function alertsDuring(watch: Watch, ms: number): Promise<string[]> {
  const seen = new Set<string>()
  for (const untilMs = Date.now() + ms; Date.now() < untilMs; await sleep(pollMs))
    for (const { labels } of await look(watch)) seen.add(JSON.stringify(labels))
  return [...seen]
}

/** True once no alert fires and nothing bad was counted for a moment; false when that takes too long: what still fires is passed over. */
async function calm(watch: Watch, onNote: (line: string) => void): Promise<boolean> {
  let sinceMs = Date.now()
  let why = ''
  for (const untilMs = sinceMs + calmLimitMs; Date.now() < untilMs; await sleep(pollMs)) {
    const [alerts, bad] = await Promise.all([
      look(watch),
      query(watch.prometheus, 'toko_slo_bad_events:increase6s > 0'),
    ])
    if (alerts.length + bad.length > 0) {
      sinceMs = Date.now()
      why = [...alerts.map(keyOf), ...bad.map(({ labels }) => `${labels['slo']}@${labels['service']}`)].join(' ')
    }
    if (Date.now() - sinceMs >= calmForMs) return true
  }
  onNote(`not calm: ${why}`)
  return false
}

/** Names of faults that got into log lines, series or spans. */
async function wordsIn({ shop, observatory }: ExerciseShop, logs: readonly string[]): Promise<string[]> {
  const search = new URLSearchParams({ lookback: '1h', limit: '300' })
  const texts = await Promise.all([
    ...logs.map(async (file) => readFileSync(file, 'utf8')),
    ...shop.replicas.map(async ({ adminUrl }) => (await fetch(`${adminUrl}/metrics`)).text()),
    ...serviceNames.map(async (service) =>
      (await fetch(`${observatory.urls.jaeger}/api/traces?service=${service}&${search.toString()}`)).text(),
    ),
  ])
  return faults.map(({ name }) => name).filter((name) => texts.some((text) => text.includes(name)))
}
