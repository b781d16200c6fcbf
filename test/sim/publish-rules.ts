import type { Message } from '@toko/messaging'
import type { Books } from './books.ts'
import type { World } from './world.ts'

/** I7: nothing is published that is not a committed state of that version. */
export function checkPublished(world: World, { orders, reservations }: Books, message: Message): void {
  const { source, type, subject, version } = message
  if (version === undefined) return
  if (source === 'order') {
    const history = orders.safe.get(subject)?.history
    const { status } = message.data as { status: string }
    const entry = history?.[version - 1]
    const told = () =>
      `${type} v${version} says ${status}, the order's history ${entry?.status ?? 'has no such version'}`
    world.require(entry?.status === status, 'I7', told)
  } else if (source === 'product') {
    const is = reservations.get(subject)?.version ?? 0
    world.require(version <= is, 'I7', () => `${type} v${version} was published, the reservation has ${is}`)
  }
}
