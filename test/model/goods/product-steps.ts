import type { Message, Turn } from './rules.ts'
import { type Goods, ordered } from './state.ts'

type Answer = readonly [Partial<Goods>, ...Message[]]
const alarm = (text: string): Answer => [{ alarm: text }]
const countBits = (bits: number) => bits.toString(2).replaceAll('0', '').length

function allocate({ goods: { reservation }, broken }: Turn): Answer {
  if (reservation === 'held') return [{ reservation: 'allocated' }, 'Allocated']
  if (reservation !== 'released') return [{}, 'Allocated']
  // The only way to released is order_freed here: a late duplicate, and nothing to say.
  return broken.has('freedLooksEnded') ? alarm('not allocated') : [{}]
}

const freed = ({ available, reserved }: Goods): Partial<Goods> => ({
  reservation: 'released',
  available: available + reserved,
  reserved: 0,
})

function release({ goods, broken }: Turn): Answer {
  const { reservation } = goods
  if (reservation === 'released') return [{}, 'Released']
  if (reservation === 'held' || broken.has('plainReleaseFrees')) return [freed(goods), 'Released']
  return alarm('release refused')
}

function free({ goods, broken }: Turn): Answer {
  const { reservation, consumptions, available } = goods
  if (reservation === 'released')
    return [broken.has('freesOnMessage') ? { available: available + ordered } : {}, 'Released']
  const isWhole = consumptions === 0 || broken.has('freedIgnoresConsumed')
  const mayFree = reservation === 'allocated' || (reservation === 'held' && broken.has('freedAcceptsHeld'))
  return mayFree && isWhole ? [freed(goods), 'Released'] : [{}]
}

function consume({ goods, broken }: Turn, index: 0 | 1 | 2): Answer {
  const { reservation, consumptions, reserved, left } = goods
  const answer = `Consumed ${index}` as const
  const isKnown = (consumptions & (1 << index)) !== 0
  if (isKnown && !broken.has('consumesTwice')) return [{}, answer]
  const isTaken = reservation === 'allocated' || broken.has('consumesReleased') || isKnown
  if (!isTaken || (!isKnown && countBits(consumptions) >= ordered)) return alarm('shipment refused')
  const after = consumptions | (1 << index)
  const change = { consumptions: after, reserved: reserved - 1, left: left + 1 }
  return [countBits(after) === ordered ? { ...change, reservation: 'consumed' } : change, answer]
}

function restock({ goods, broken }: Turn, index: 0 | 1 | 2): Answer {
  const { restocked, available, back, consumptions } = goods
  const answer = `Restocked ${index}` as const
  const isKnown = (restocked & (1 << index)) !== 0
  if (isKnown && !broken.has('restocksTwice')) return [{}, answer]
  if (!isKnown && countBits(restocked) >= countBits(consumptions)) return alarm('restock refused')
  return [{ restocked: restocked | (1 << index), available: available + 1, back: back + 1 }, answer]
}

/** The product service, each handler one action: the writes it is made of are the model of `stock/`. */
export function productSteps(turn: Turn): void {
  const { on } = turn
  on('Allocate', ...allocate(turn))
  on('Release', ...release(turn))
  on('Freed', ...free(turn))
  for (const index of [0, 1, 2] as const) {
    on(`Ship ${index}`, ...consume(turn, index))
    on(`Return ${index}`, ...restock(turn, index))
  }
}
