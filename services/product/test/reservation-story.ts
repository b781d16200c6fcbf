import { ProblemError, type ReservationStatus } from '@toko/contracts'
import type { RequestedLine } from '../src/domain/lines.ts'
import type { Move } from '../src/domain/moves.ts'
import { allocate } from '../src/features/allocate.ts'
import { consume } from '../src/features/consume.ts'
import { free } from '../src/features/free.ts'
import { pruneEntries } from '../src/features/prune-entries.ts'
import { release } from '../src/features/release.ts'
import type { ReservationCore } from '../src/features/reservation-core.ts'
import { reserve } from '../src/features/reserve.ts'
import { restock } from '../src/features/restock.ts'
import { sweepReservations } from '../src/features/sweep-reservations.ts'
import { disorder, type Disorder } from './disorder.ts'
import { memoryReservationStore, memoryStock, memoryStockStore } from './memory-stores.ts'
import { type Books, check, checkAlways, checkSettled } from './story-checks.ts'

export const stepKinds = ['reserve', 'release', 'allocate', 'free', 'consume', 'restock'] as const

export interface Step {
  readonly kind: (typeof stepKinds)[number] | 'sweep' | 'prune' | 'drain'
  readonly order: number
  /** How many shipments or restocks the command names: it has the order's full state of its time. */
  readonly upTo: number
  /** A command that nobody may send: more than ordered, or other lines under a known id. */
  readonly isWrong: boolean
}

export interface Story extends Disorder {
  readonly onHand: readonly [number, number]
  readonly quantities: readonly (readonly [number, number])[]
  /** Lanes go on at once, each with one group of steps after the other; the steps of a group go on at once. Who is killed is dead. */
  readonly lanes: readonly (readonly (readonly Step[])[])[]
}

type Stores = readonly [ReturnType<typeof memoryReservationStore>, ReturnType<typeof memoryStockStore>]
/** The stores with something left out, for mutants. */
export type Broken = Partial<Stores[0] & Stores[1]>
export type Breaking = (...stores: Stores) => Broken

const limits = {
  reservingLimitMs: 300,
  heldLimitMs: 1e9,
  overdueRepeatMs: 1e9,
  entryRetentionMs: 100,
  maxBackoffMs: 100,
}
const offer = { currency: 'IDR', unitPriceMinor: 1, productId: 'p', title: 't', options: {}, image: null } as const

/** One unit first, then the rest; what a wrong command names instead. */
function movesOf(prefix: string, lines: readonly RequestedLine[], { upTo, isWrong }: Step): Move[] {
  const [first, ...others] = lines
  const rest = [...(first!.quantity > 1 ? [{ ...first!, quantity: first!.quantity - 1 }] : []), ...others]
  const moves = [
    { id: `${prefix}_1`, lines: [{ ...first!, quantity: 1 }] },
    { id: `${prefix}_2`, lines: rest },
  ].slice(0, upTo)
  if (!isWrong) return moves
  const tooMuch = { id: `${prefix}_3`, lines: [{ ...first!, quantity: 99 }] }
  return upTo === 2 ? [...moves, tooMuch] : [{ ...tooMuch, id: `${prefix}_1` }]
}

/** A worker was killed, or a command was refused as it must be. */
function checkReason(reason: unknown): void {
  const all = [reason, ...((reason as AggregateError).errors ?? [])] as Error[]
  const isExpected = all.some(
    (each) => /killed/.test(each.message) || (each instanceof ProblemError && [409, 422].includes(each.status)),
  )
  check(isExpected, all.map(({ message }) => message).join('; '))
}

/** Tells the story, heals, sweeps, lets every old write of a sleeping worker happen once more, sweeps again. */
export async function runStory(
  story: Story,
  ids: readonly string[],
  skus: readonly string[],
  breakIt: Breaking = () => ({}),
): Promise<Books> {
  const now = { ms: 1000 }
  const [reservations, stock] = [memoryReservationStore(), memoryStockStore()]
  skus.forEach((sku, i) => stock.all.set(sku, memoryStock(story.onHand[i]!)))
  const initial = new Map(skus.map((sku, i) => [sku, story.onHand[i]!]))
  const books = { reservations: reservations.all, stock: stock.all, ledger: stock.ledger, initial }
  const chaos = disorder(story, now, () => checkAlways(books))
  const broken = breakIt(reservations, stock)
  const core: ReservationCore = {
    reservations: chaos.wrap({ ...reservations, ...broken }),
    stock: chaos.wrap({ ...stock, ...broken }),
    offers: { find: async (wanted) => new Map(wanted.map((sku) => [sku, { sku, ...offer }])) },
    alerts: { raise: (kind, subject) => check(kind !== 'parked', `parked: ${subject}`) },
    clock: { now: () => now.ms },
    limits,
    resume: (_, run) => run(),
  }
  const act = async (step: Step): Promise<unknown> => {
    const { kind, order } = step
    const id = ids[order]!
    const lines = skus.map((sku, i) => ({ sku, quantity: story.quantities[order]![i]! }))
    switch (kind) {
      case 'reserve':
        return reserve(core, id, { currency: 'IDR', lines })
      case 'consume':
        return consume(core, id, movesOf(`shp_${order}`, lines, step))
      case 'restock':
        return restock(core, id, movesOf(`rfd_${order}`, lines, step))
      case 'drain':
        return skus.forEach((sku) => stock.drain(sku))
      case 'sweep':
        return sweepReservations(core)
      case 'prune':
        return pruneEntries(core)
      default:
        return { release, allocate, free }[kind](core, id)
    }
  }
  const lane = async (groups: readonly (readonly Step[])[]) => {
    for (const group of groups) await Promise.all(group.map((step) => act(step).catch(checkReason)))
  }
  const lanes = Promise.all(story.lanes.map(lane))
  await chaos.run(lanes)
  await lanes
  chaos.heal()
  const finals = new Map<string, ReservationStatus>()
  const settle = async () => {
    for (let round = 0; round < 4; round++) {
      now.ms += 10_000
      await sweepReservations(core)
      await pruneEntries(core)
    }
    checkSettled(books)
    for (const { _id, status } of reservations.all.values()) {
      const before = finals.get(_id)
      check(before === undefined || before === status, `${before} became ${status}`)
      finals.set(_id, status)
    }
  }
  await settle()
  for (const write of chaos.writes) {
    await write()
    checkAlways(books)
  }
  await settle()
  return books
}
