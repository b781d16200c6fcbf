import type { BusClock } from '../bus-clock.ts'
import type { Wire } from '../envelope.ts'
import { BusBlockedError, ConfirmTimeoutError } from '../errors.ts'
import { createAdmission } from './admission.ts'
import type { Queue } from './queue-port.ts'

interface ConfirmsOptions {
  readonly clock: BusClock
  readonly timeoutMs: number
  readonly maxWaiting: number
}

/**
 * Publishes under way. This bus forgets everything in a crash, so a publish is confirmed only when every queue is
 * done with the message (acked or parked); until then the outbox row stays and the relay publishes again.
 */
export function createConfirms({ clock, timeoutMs, maxWaiting }: ConfirmsOptions) {
  const admission = createAdmission(maxWaiting)
  const failures = new Set<(error: Error) => void>()
  const waiting = new Set<(error: Error) => void>()

  function publish(wire: Wire, queues: readonly Queue[]): Promise<void> {
    const undo: (() => void)[] = []
    let open = queues.length
    let isPublished = false
    const confirmed = new Promise<void>((resolve, reject) => {
      const confirmOne = () => {
        if (--open === 0) resolve()
      }
      const admit = () => {
        isPublished = true
        waiting.delete(reject)
        for (const queue of queues) undo.push(queue.put(wire, { onSettled: confirmOne }))
      }
      failures.add(reject)
      waiting.add(reject)
      undo.push(() => {
        failures.delete(reject)
        waiting.delete(reject)
      })
      undo.push(clock.after(timeoutMs, () => reject(isPublished ? unconfirmed(wire) : blocked(queues))))
      undo.push(admission.enter({ id: wire.messageId, queues, admit }))
    })
    return confirmed.finally(() => {
      for (const one of undo) one()
    })
  }

  function unconfirmed({ routingKey, messageId }: Wire): Error {
    return new ConfirmTimeoutError(`${routingKey} ${messageId} is not confirmed after ${timeoutMs} ms: outcome unknown`)
  }

  function blocked(queues: readonly Queue[]): Error {
    const full = queues.filter((queue) => queue.isFull()).map(({ name }) => name)
    return new BusBlockedError(`no room within ${timeoutMs} ms in ${full.join(', ') || 'the queues'}; not published`)
  }

  return {
    publish,
    released: admission.released,
    underWay: () => failures.size,
    /** Fails those that wait for room. */
    failWaiting(error: Error): void {
      for (const fail of waiting) fail(error)
    },
    failAll(error: Error): void {
      for (const fail of failures) fail(error)
    },
  }
}
