import { setTimeout as sleep } from 'node:timers/promises'
import { readStory, storySources } from '@toko/cli'
import type { OrderStory } from '@toko/contracts'
import { random } from '../kill/random.ts'
import { type Fault, faults } from './faults.ts'
import { startStoryShop, type StoryShop } from './story-shop.ts'

export interface StoryFaultsOptions {
  readonly folder: string
  readonly seed: number
  /** Orders that must end badly. */
  readonly orders: number
  readonly onProgress: (line: string) => void
}

/** What the story said of one order that a fault ended. */
export interface Verdict {
  readonly orderId: string
  readonly fault: string
  readonly service: string
  readonly status: string
  /** Null: no cause was named. */
  readonly named: string | null
  readonly evidence: string | null
}

const atOnce = 10
/** Rounds whose orders all ended well lead nowhere. */
const mostRounds = 40
const badLimitMs = 30_000
const finalLimitMs = 90_000
/** Spans of the last steps are on their way. */
const flushMs = 1500

/** Round by round one fault, drawn by the seed, and orders that meet it, until enough of them have ended badly. */
export async function runStoryFaults({ folder, seed, orders, onProgress }: StoryFaultsOptions): Promise<Verdict[]> {
  const draws = random(seed)
  const shop = await startStoryShop(folder)
  const verdicts: Verdict[] = []
  try {
    let deck: Fault[] = []
    for (let round = 1; verdicts.length < orders && round <= mostRounds; round++) {
      // Each fault once before one comes again, so that a short run has seen many.
      if (deck.length === 0) deck = [...faults]
      const fault = draws.pick(deck)
      deck.splice(deck.indexOf(fault), 1)
      verdicts.push(...(await playRound(shop, folder, fault)))
      onProgress(`round ${round}: ${fault.name}: ${verdicts.length} of ${orders} orders`)
    }
  } finally {
    await shop.stop()
  }
  return verdicts.slice(0, orders)
}

async function playRound(shop: StoryShop, folder: string, fault: Fault): Promise<Verdict[]> {
  const carts: string[] = []
  while (carts.length < atOnce) carts.push(await shop.cart())
  const mend = await fault.strike(shop)
  let ids: string[] = []
  try {
    // An answer that does not come leaves an order whose id nobody here knows.
    const placed = await Promise.all(carts.map((cartId) => shop.place(cartId).catch(() => undefined)))
    ids = placed.filter((id) => id !== undefined)
    await until(badLimitMs, async () =>
      (await statesOf(shop, ids)).every(({ reason, status }) => reason ?? isEnd(status)),
    )
  } finally {
    await mend()
  }
  await shop.shop.whenReady()
  await until(finalLimitMs, async () => (await statesOf(shop, ids)).every(({ status }) => isEnd(status)))
  await sleep(flushMs)
  const sources = storySources({
    dataDir: folder,
    logs: shop.shop.replicas.map(({ logFile }) => logFile),
    spans: `${shop.collector.url}/v1/traces`,
    prometheusUrl: 'http://127.0.0.1:1',
  })
  const told: Verdict[] = []
  for (const id of ids) {
    const story = await readStory(shop.connection, sources, id)
    if (endedBadly(story)) told.push(verdictOf(story, fault))
  }
  return told
}

const isEnd = (status: string) => ['confirmed', 'rejected', 'cancelled', 'expired'].includes(status)

const endedBadly = ({ order, objective }: OrderStory) => order.status !== 'confirmed' || objective.isMet === false

const verdictOf = ({ order, cause }: OrderStory, { name, service }: Fault): Verdict => ({
  orderId: order.id,
  fault: name,
  service,
  status: `${order.status}${order.reason ? ` (${order.reason})` : ''}`,
  named: cause?.service ?? null,
  evidence: cause?.evidence ?? null,
})

const statesOf = (shop: StoryShop, ids: readonly string[]) => Promise.all(ids.map((id) => shop.order(id)))

/** Gives up silently: what did not happen shows in the verdicts. */
async function until(limitMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + limitMs
  while (performance.now() < untilMs) {
    if (await isSo().catch(() => false)) return
    await sleep(300)
  }
}
