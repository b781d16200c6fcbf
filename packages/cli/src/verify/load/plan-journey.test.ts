import { expect, it } from 'vitest'
import { scarceStock } from './goods.ts'
import { journeyNames, planJourney } from './plan-journey.ts'

const good = (kind: string) => (_: unknown, n: number) => ({ sku: `${kind}${n}`, stock: scarceStock })
const goods = { plenty: Array.from({ length: 20 }, good('P')), scarce: Array.from({ length: 5 }, good('S')) }
const plansOf = (seed: number, count: number) =>
  Array.from({ length: count }, (_, n) => planJourney({ seed, goods, journeys: journeyNames }, n))
const textOf = (seed: number) => JSON.stringify(plansOf(seed, 300))

it('is the same for a seed, and another for another', () => {
  expect(textOf(1)).toBe(textOf(1))
  expect(textOf(1)).not.toBe(textOf(2))
})

it('has every journey among 1000 orders of any of 20 seeds', () => {
  for (let seed = 0; seed < 20; seed++) {
    const planned = new Set(plansOf(seed, 1000).map(({ journey }) => journey))
    // The late card is one in 200: it may be missing.
    expect(journeyNames.filter((name) => !planned.has(name) && name !== 'lateCard')).toEqual([])
  }
})

it('lets more people want a scarce SKU than there are units, and never asks for a SKU twice', () => {
  const plans = plansOf(1, 1000)
  for (const { lines } of plans) expect(new Set(lines.map(({ sku }) => sku)).size).toBe(lines.length)
  const wanted = Map.groupBy(
    plans.flatMap(({ lines }) => lines).filter(({ sku }) => sku.startsWith('S')),
    ({ sku }) => sku,
  )
  expect(wanted.size).toBe(5)
  for (const lines of wanted.values()) expect(lines.length).toBeGreaterThan(scarceStock)
})
