import fc from 'fast-check'
import { newId } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import { type Breaking, runStory, stepKinds, type Step, type Story } from './reservation-story.ts'

const skus = ['A-1', 'B-1'] as const
const small = fc.nat({ max: 200 })
const command = fc.record({
  kind: fc.constantFrom(...stepKinds),
  order: fc.nat({ max: 2 }),
  upTo: fc.integer({ min: 1, max: 2 }),
  isWrong: fc.nat({ max: 9 }).map((n) => n === 0),
})
const chore = fc
  .constantFrom('sweep' as const, 'prune' as const, 'drain' as const)
  .map((kind): Step => ({ kind, order: 0, upTo: 1, isWrong: false }))
const step: fc.Arbitrary<Step> = fc.oneof({ weight: 5, arbitrary: command }, { weight: 2, arbitrary: chore })

/** An order on its way, in a lane of its own: without it, few stories would come as far as a shipment. */
const way = fc
  .record({
    order: fc.nat({ max: 2 }),
    length: fc.nat({ max: 4 }),
    ending: fc.array(step, { maxLength: 2 }),
    isAtOnce: fc.boolean(),
  })
  .map(({ order, length, ending, isAtOnce }) => {
    const make = (kind: Step['kind'], upTo = 1): Step => ({ kind, order, upTo, isWrong: false })
    const two = (kind: Step['kind']) => {
      const both = [make(kind, 1), make(kind, 2)]
      return isAtOnce ? [both] : both.map((each) => [each])
    }
    const stations = [[[make('reserve')]], [[make('allocate')]], two('consume'), two('restock')]
    return [...stations.slice(0, length).flat(), ...ending.map((each) => [each])]
  })
const lanes = fc
  .tuple(fc.array(way, { maxLength: 3 }), fc.array(step, { minLength: 2, maxLength: 10 }))
  .map(([ways, others]) => [...ways, ...others.map((each) => [[each]])])

/** Up to 3 orders of 2 SKUs, re-delivered commands, crashes around any write, old writes again at any later time. */
const story: fc.Arbitrary<Story> = fc.record({
  onHand: fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })),
  quantities: fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })), {
    minLength: 3,
    maxLength: 3,
  }),
  lanes,
  order: fc.infiniteStream(small),
  crashes: fc.uniqueArray(small, { maxLength: 4 }),
  replays: fc.array(fc.record({ at: small, which: small }), { maxLength: 4 }),
  jumps: fc.array(small, { maxLength: 6 }),
})

const propertyOf = (breakIt: Breaking) =>
  fc.asyncProperty(story, async (told) => {
    await runStory(told, [newId('ord'), newId('ord'), newId('ord')], skus, breakIt)
  })

describe('reservations of two SKUs under every disorder', () => {
  it('hold, release, allocate, free, ship and take back exactly, whatever is repeated, reordered or cut off', async () => {
    const reached = new Set<string>()
    const told = fc.asyncProperty(story, async (each) => {
      const books = await runStory(each, [newId('ord'), newId('ord'), newId('ord')], skus)
      for (const { status, reason, restocks } of books.reservations.values())
        reached.add(`${status} ${reason ?? ''}${restocks ? 'and back' : ''}`.trim())
    })
    await fc.assert(told, { numRuns: 3000 })
    // Stories that end too early would prove little.
    expect([...reached]).toEqual(
      expect.arrayContaining([
        'held',
        'allocated',
        'allocated and back',
        'consumed',
        'consumed and back',
        'released order-ended',
        'released order-freed',
        'released insufficient-stock',
      ]),
    )
  })

  /** A property that catches no mutant proves nothing. */
  const mutants: [string, Breaking][] = [
    [
      'releases leave no tombstone (R6)',
      (_reservations, stock) => ({
        tombstone: async () => false,
        async free(sku, hold, nowMs, pruneAt) {
          const freed = await stock.free(sku, hold, nowMs, pruneAt)
          const found = stock.all.get(sku)
          if (found && freed)
            stock.all.set(sku, { ...found, entries: found.entries.filter(({ rid }) => rid !== hold.rid) })
          return freed
        },
      }),
    ],
    [
      'pruning does not raise the watermark (R7)',
      (_reservations, stock) => ({ prune: (sku, rids) => stock.prune(sku, rids, 0) }),
    ],
    [
      'a hold does not look at its own entry',
      (_reservations, stock) => ({
        async hold(sku, hold, nowMs) {
          const found = stock.all.get(sku)
          if (!found || found.available < hold.quantity) return stock.hold(sku, hold, nowMs)
          stock.all.set(sku, {
            ...found,
            available: found.available - hold.quantity,
            reserved: found.reserved + hold.quantity,
            entries: [...found.entries, { rid: hold.rid, qty: hold.quantity, s: 'A', epoch: hold.epoch, at: nowMs }],
          })
          return { kind: 'held' }
        },
      }),
    ],
    [
      'a release gives the units back twice',
      (_reservations, stock) => ({
        async free(sku, hold, nowMs, pruneAt) {
          const freed = await stock.free(sku, hold, nowMs, pruneAt)
          const found = stock.all.get(sku)
          if (!freed && found) stock.all.set(sku, { ...found, available: found.available + hold.quantity })
          return freed
        },
      }),
    ],
    ['nothing is ever freed', () => ({ free: async () => false })],
    [
      'a shipment is looked for in the stock document only',
      (_reservations, stock) => ({
        async moveBasis(sku, rid, key) {
          const basis = await stock.moveBasis(sku, rid, key)
          return basis && { ...basis, isMade: stock.all.get(sku)!.pending.some((movement) => movement.key === key) }
        },
      }),
    ],
    [
      'a move does not need to be the next one',
      (_reservations, stock) => ({
        putBack: (sku, movement) => stock.putBack(sku, { ...movement, seq: stock.all.get(sku)!.seq + 1 }),
      }),
    ],
    [
      'a shipment makes no movement',
      (_reservations, stock) => ({
        async ship(sku, entry, movement, pruneAt) {
          const before = stock.all.get(sku)!
          const shipped = await stock.ship(sku, entry, movement, pruneAt)
          if (shipped) stock.all.set(sku, { ...stock.all.get(sku)!, seq: before.seq, pending: before.pending })
          return shipped
        },
      }),
    ],
    [
      'what was shipped stays active',
      (_reservations, stock) => ({
        async ship(sku, entry, movement, pruneAt) {
          const before = stock.all.get(sku)!
          const shipped = await stock.ship(sku, entry, movement, pruneAt)
          if (shipped) stock.all.set(sku, { ...stock.all.get(sku)!, entries: before.entries })
          return shipped
        },
      }),
    ],
    [
      'settling does not look at the version: a shipment that came in between is forgotten',
      (reservations) => ({
        settle: (id, _version, nowMs) => reservations.settle(id, reservations.all.get(id)!.version, nowMs),
      }),
    ],
    [
      'a free does not look at the version: it wins over a shipment',
      (reservations) => ({
        amend: (seen, change, events, nowMs) =>
          reservations.amend({ ...seen, version: reservations.all.get(seen._id)!.version }, change, events, nowMs),
      }),
    ],
  ]
  it.each(mutants)('finds out when %s', async (_what, breakIt) => {
    const { failed, errorInstance } = await fc.check(propertyOf(breakIt), { numRuns: 20_000, endOnFailure: true })
    expect(failed, 'no story failed').toBe(true)
    // For what it breaks, not for a type error of the mutant.
    const errors = [errorInstance, ...((errorInstance as AggregateError).errors ?? [])] as Error[]
    expect(errors.filter((error) => !(error instanceof Error) || error instanceof TypeError)).toEqual([])
  })
})
