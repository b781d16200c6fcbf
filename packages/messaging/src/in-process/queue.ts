import type { Wire } from '../envelope.ts'
import { createConsumers } from './consumers.ts'
import type { Queue, QueueOptions } from './queue-port.ts'
import type { DeliveryInfo, Verdict } from '../consuming/verdict.ts'

interface Entry {
  readonly wire: Wire
  readonly expiresAtMs: number
  readonly redriven: boolean
  /** Publishes that wait for this queue to be done with the message. */
  readonly settled: Set<() => void>
  attempt: number
  redelivered: boolean
}

/** FIFO, at least once, each delivery in a turn of the event loop of its own. */
export function createQueue(options: QueueOptions): Queue {
  const { name, clock, chaos, maxLength, maxDelayed, inOwnContext } = options
  const ready: Entry[] = []
  const held = new Map<string, Entry>()
  const delayed = new Map<Entry, () => void>()
  let paused = true
  let planned = false
  let isClosed = false

  const consumers = createConsumers(() => pump())

  function pump(): void {
    if (planned || paused || ready.length === 0 || delayed.size >= maxDelayed || !consumers.hasRoom()) return
    planned = true
    inOwnContext(() =>
      setImmediate(() => {
        planned = false
        deliverFirst()
        pump()
      }),
    )
  }

  function deliverFirst(): void {
    if (paused || !consumers.hasRoom()) return
    const entry = ready.shift()
    if (!entry) return
    options.onRoom()
    if (entry.expiresAtMs <= clock.now()) {
      options.onExpired()
      return settle(entry)
    }
    consumers.deliver(entry.wire, infoOf(entry), (verdict) => conclude(entry, verdict))
  }

  function conclude(entry: Entry, verdict: Verdict): void {
    if (verdict.kind === 'ack' && !chaos.dropsAck()) return settle(entry)
    const info = infoOf(entry)
    entry.redelivered = true
    if (isClosed && verdict.kind !== 'park') return // who published it still has it
    if (verdict.kind === 'ack') {
      ready.unshift(entry)
    } else if (verdict.kind === 'retry') {
      entry.attempt++
      delay(entry, verdict.afterMs)
    } else {
      options.onPark(entry.wire, info, verdict)
      settle(entry)
    }
  }

  function delay(entry: Entry, ms: number): void {
    const cancel = inOwnContext(() =>
      clock.after(ms, () => {
        delayed.delete(entry)
        enqueue(entry)
      }),
    )
    delayed.set(entry, cancel)
  }

  function enqueue(entry: Entry): void {
    ready.splice(chaos.place(ready.length), 0, entry)
    pump()
  }

  function settle(entry: Entry): void {
    if (held.get(entry.wire.messageId) === entry) held.delete(entry.wire.messageId)
    for (const done of entry.settled) done()
    entry.settled.clear()
  }

  function accept(wire: Wire, redriven: boolean): Entry {
    const expiresAtMs = wire.expirationMs === undefined ? Infinity : clock.now() + wire.expirationMs
    const entry = { wire, expiresAtMs, redriven, settled: new Set<() => void>(), attempt: 1, redelivered: redriven }
    const delayMs = chaos.delayMs()
    if (delayMs > 0) delay(entry, delayMs)
    else enqueue(entry)
    return entry
  }

  function close(): void {
    paused = true
    isClosed = true
    for (const cancel of delayed.values()) cancel()
    delayed.clear()
    ready.length = 0
  }

  return {
    name,
    subscribe: consumers.subscribe,
    isFull: () => ready.length >= maxLength,
    holds: (id) => held.has(id),
    put(wire, { onSettled, redriven = false } = {}) {
      const joined = held.get(wire.messageId)
      const entry = joined ?? accept(wire, redriven)
      if (!joined) held.set(wire.messageId, entry)
      if (!joined && chaos.duplicates()) accept(wire, redriven)
      if (!onSettled) return () => {}
      entry.settled.add(onSettled)
      return () => void entry.settled.delete(onSettled)
    },
    pending: () => ready.length + delayed.size + consumers.underWay(),
    pause: () => void (paused = true),
    resume() {
      paused = isClosed
      pump()
    },
    shutDown() {
      close()
      return consumers.finish()
    },
    remove() {
      close()
      for (const entry of held.values()) settle(entry)
      options.onRoom()
    },
  }
}

function infoOf({ attempt, redelivered, redriven }: Entry): DeliveryInfo {
  return { attempt, redelivered, redriven }
}
