import { type Draws, draws } from '../random.ts'
import type { Goods } from './goods.ts'

/** Share of all orders in per mille. */
const shares = {
  happy: 290,
  severalLines: 150,
  soldOut: 110,
  declined: 50,
  otherCard: 60,
  slowCard: 20,
  processingCard: 40,
  processingDeclined: 20,
  lateCard: 5,
  cancelUnpaid: 40,
  cancelAtOnce: 35,
  cancelWhilePaying: 20,
  cancelConfirmed: 20,
  repeatedKey: 50,
  refunded: 25,
  shipped: 40,
  returned: 25,
} as const
export type JourneyName = keyof typeof shares
export const journeyNames = Object.keys(shares) as JourneyName[]

export interface Plan {
  /** Number of the order in its run. */
  readonly n: number
  readonly journey: JourneyName
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly draws: Draws
}

interface PlanNeeds {
  readonly seed: number
  readonly goods: Pick<Goods, 'plenty' | 'scarce'>
  readonly journeys: readonly JourneyName[]
}

/** Buyers of one scarce SKU before the next is for sale: more than twice its stock. */
const buyersPerScarce = 20

/** What the n-th order of a seed is: the same in every run, whoever of the clients takes it. */
export function planJourney({ seed, goods, journeys }: PlanNeeds, n: number): Plan {
  const random = draws(seed, n)
  const journey = drawJourney(random, journeys)
  const plenty = (count: number) => {
    const first = random.whole(0, goods.plenty.length - 1)
    return Array.from({ length: count }, (_, index) => ({
      sku: goods.plenty[(first + index) % goods.plenty.length]!.sku,
      quantity: random.whole(1, 3),
    }))
  }
  if (journey === 'soldOut') {
    // Neighbours in time want the same SKU, some together with goods that there are enough of.
    const perRace = Math.round((buyersPerScarce * 1000) / shares.soldOut)
    const { sku } = goods.scarce[Math.floor(n / perRace) % goods.scarce.length]!
    const scarce = { sku, quantity: random.next() < 0.2 ? 2 : 1 }
    return { n, journey, draws: random, lines: random.next() < 0.5 ? [scarce, ...plenty(1)] : [scarce] }
  }
  const hasSeveral = journey === 'severalLines' || journey === 'shipped'
  const count = hasSeveral ? random.whole(2, Math.min(5, goods.plenty.length)) : 1
  return { n, journey, draws: random, lines: plenty(count) }
}

function drawJourney(random: Draws, journeys: readonly JourneyName[]): JourneyName {
  let left = random.next() * journeys.reduce((sum, name) => sum + shares[name], 0)
  return journeys.find((name) => (left -= shares[name]) < 0) ?? journeys.at(-1)!
}
