import { BusBlockedError } from '../errors.ts'
import type { Queue } from './queue-port.ts'

interface Waiting {
  readonly id: string
  readonly queues: readonly Queue[]
  readonly admit: () => void
}

/** Publishes wait here, in order, until all their queues have room: all or nothing, like a blocked connection. */
export function createAdmission(maxWaiting: number) {
  const line = new Set<Waiting>()
  const lacksRoom = (queue: Queue, id: string) => queue.isFull() && !queue.holds(id)

  return {
    /** Calls `admit` at once or later. Returns how to leave the line. @throws BusBlockedError when the line is full */
    enter(waiting: Waiting): () => void {
      const { id, queues } = waiting
      const inLine = new Set([...line].flatMap((earlier) => earlier.queues))
      if (!queues.some((queue) => inLine.has(queue) || lacksRoom(queue, id))) {
        waiting.admit()
        return () => {}
      }
      if (line.size >= maxWaiting) throw new BusBlockedError(`${maxWaiting} publishes wait for room already`)
      line.add(waiting)
      return () => void line.delete(waiting)
    },
    /** A queue has room: lets in whom it can, nobody overtaking an earlier publish to the same queue. */
    released(): void {
      const taken = new Set<Queue>()
      for (const waiting of line) {
        if (waiting.queues.some((queue) => taken.has(queue) || lacksRoom(queue, waiting.id))) {
          for (const queue of waiting.queues) taken.add(queue)
        } else {
          line.delete(waiting)
          waiting.admit()
        }
      }
    },
    waiting: () => line.size,
  }
}
