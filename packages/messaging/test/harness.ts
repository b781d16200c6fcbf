import { randomUUID } from 'node:crypto'
import { vi } from 'vitest'
import type { EventQueue, Message, OwnedBus } from '../src/index.ts'

/** The knobs of an adapter that the suite turns; times are short so that a real broker can run them too. */
export interface SuiteSettings {
  readonly retryDelaysMs?: readonly number[]
  readonly maxFailures?: number
  readonly handlerLimitMs?: number
  readonly maxPendingCalls?: number
}

/** A bus under test, with what the port leaves to each adapter's tools. */
export interface SuiteBus {
  readonly bus: OwnedBus
  /** Lets time pass: a manual clock jumps, a real broker waits. */
  passTime(ms: number): Promise<void>
  /** Prometheus text of the bus's metrics. */
  metrics(): Promise<string>
}

/** The bus of the case that runs; every case gets a new one. */
export type Fresh = () => SuiteBus

/** How an adapter enters the suite. */
export interface BusHarness {
  readonly adapter: string
  /** A bus that is not started yet. The suite stops it. */
  create(settings: SuiteSettings): Promise<SuiteBus>
}

/** Repeats a check until it holds; a broker on a busy machine may take its time. */
export function soon<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10 })
}

/** Names that no other test uses, for a broker shared by all. */
export function uniqueName(prefix = 'svc'): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`
}

let serial = 0

export function event(source: string, more: Partial<Message> = {}): Message {
  serial++
  return {
    id: `evt-${serial}-${randomUUID().slice(0, 8)}`,
    source,
    type: 'order_placed',
    subject: `ord-${serial}`,
    time: '2026-01-01T00:00:00.000Z',
    data: { serial },
    ...more,
  }
}

export function queueOf(source: string, more: Partial<EventQueue> = {}): EventQueue {
  return { source, type: 'order_placed', service: 'product', handler: 'reserve', ...more }
}

/** A promise and its handle: a gate that a handler waits at. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}
