import type { DeadLetter } from '@toko/contracts'
import type { DeadLetters } from '@toko/messaging'
import { viewDeadLetter } from '@toko/rpc'

const mostLetters = 500

/** Messages about one order that the service put aside: events, and calls whose subject is one of its payments. */
export const parkedAbout =
  (letters: Pick<DeadLetters, 'list'>) =>
  async (orderId: string): Promise<DeadLetter[]> => {
    const found = await letters.list(undefined, mostLetters)
    return found.filter(({ subject }) => subject === orderId || subject.startsWith(`${orderId}:`)).map(viewDeadLetter)
  }
