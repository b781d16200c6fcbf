import type { DeadLetter } from '../dead-letters.ts'
import type { Wire } from '../envelope.ts'

interface Parked {
  /** Of the queue: its name without a broadcast's id. */
  readonly label: string
  readonly letter: DeadLetter
  readonly wire: Wire
}

/** Parked messages, the oldest first; one that is parked again in the same queue replaces itself and is the newest. */
export function parkedMessages(onAmount: (label: string, amount: number) => void) {
  const parked = new Map<string, Parked>()
  const amounts = new Map<string, number>()
  const keyOf = ({ letter }: Parked) => `${letter.queue} ${letter.id}`

  function count(label: string, by: number): void {
    const amount = (amounts.get(label) ?? 0) + by
    amounts.set(label, amount)
    onAmount(label, amount)
  }
  function remove(message: Parked): void {
    if (parked.delete(keyOf(message))) count(message.label, -1)
  }
  return {
    add(message: Parked): void {
      remove(message)
      parked.set(keyOf(message), message)
      count(message.label, 1)
    },
    remove,
    size: () => parked.size,
    all: (): readonly Parked[] => [...parked.values()],
    amountOf: (label: string): number => amounts.get(label) ?? 0,
  }
}
