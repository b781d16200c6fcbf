import type { Finding } from '@toko/audit'
import type { OrderStatus } from '@toko/contracts'
import type { HistoryCounts } from '../history/counts.ts'

/** Ways in which a promise can be broken; each holds one line per case, with the ids to look for. */
export interface BrokenPromises {
  /** Acknowledged, and not there. */
  readonly lost: readonly string[]
  /** There, although no client sent it or it was refused. */
  readonly unexpected: readonly string[]
  readonly doubled: readonly string[]
  readonly oversold: readonly string[]
  readonly doubleCharged: readonly string[]
  /** Not final, or not told to everybody, although the shop had its time. */
  readonly stuck: readonly string[]
}

/** From placing to the first final status, of orders that wait for no person and no slow card; ms. */
export interface FinalTimes {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly slowest: string | null
  /** Share of them within 2 s (order-protocol.md: 99 % without faults). */
  readonly within2s: number
}

export interface Verdict {
  readonly isGreen: boolean
  readonly run: string
  readonly seed: number
  readonly history: HistoryCounts
  readonly orders: {
    readonly made: number
    readonly byStatus: Readonly<Partial<Record<OrderStatus, number>>>
    /** Somebody did not know of it for a while, and it is there once. */
    readonly recovered: number
    /** Reserved: their customer may pay or cancel. */
    readonly waiting: number
  }
  readonly broken: BrokenPromises
  readonly finalMs: FinalTimes
  /** I1–I13 over the books of this run. */
  readonly findings: readonly Finding[]
}
