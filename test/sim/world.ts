import { EventQueue, type Happening } from './event-queue.ts'
import { type CallFault, type FaultName, faultTable, type Place, type Theme } from './fault-kinds.ts'
import { Rng } from './rng.ts'

/** 2026-01-01: where virtual time starts, ms since 1970. */
export const epochMs = 1_767_225_600_000

export interface Violation {
  /** `I4`, `M1` …: see order-protocol.md and commerce-api.md. */
  readonly invariant: string
  readonly detail: string
  /** Virtual ms. */
  readonly at: number
}

/** Counts over many worlds. */
export interface Tally {
  steps: number
  readonly faults: Record<string, number>
  readonly transitions: Record<string, number>
}

export interface WorldOptions {
  readonly seed: number
  readonly tally: Tally
  /** Lines of the timeline go here; absent: none are made. */
  readonly timeline?: string[]
}

const tables = new Map<Theme, ReturnType<typeof faultTable>>()

/** Time, chance, faults and the record of one seed's run. Knows nothing of shops. */
export class World {
  readonly seed: number
  readonly rng: Rng
  readonly tally: Tally
  readonly timeline: string[] | undefined
  now = 0
  clocksJump = false
  /** Faults stop here, virtual ms. */
  healAt = 0
  violation: Violation | undefined
  /** The database of orders: its majority lags, or loses what only the primary had. */
  onMajorityFault: (fault: 'db-majority-late' | 'db-failover') => void = () => {}
  /** Digest of everything that happened, in order. */
  hash = 0x811c9dc5
  private readonly queue = new EventQueue()
  private table: ReturnType<typeof faultTable> | undefined
  private faultRate = 0
  private serial = 0

  constructor({ seed, tally, timeline }: WorldOptions) {
    this.seed = seed
    this.rng = new Rng(seed)
    this.tally = tally
    this.timeline = timeline
  }

  suffer(theme: Theme, faultRate: number, healAt: number): void {
    let table = tables.get(theme)
    if (!table) tables.set(theme, (table = faultTable(theme)))
    this.table = table
    this.faultRate = faultRate
    this.healAt = healAt
  }

  get isHealed(): boolean {
    return this.now >= this.healAt
  }

  /** The fault that strikes this call, if any. */
  drawFault(place: Place): CallFault | undefined {
    if (this.now >= this.healAt || this.faultRate === 0 || this.rng.float() >= this.faultRate) return undefined
    const kinds = this.table![place]
    return kinds.length === 0 ? undefined : kinds[this.rng.below(kinds.length)]
  }

  count(fault: FaultName): void {
    this.tally.faults[fault] = (this.tally.faults[fault] ?? 0) + 1
  }

  /** A long wait: mostly seconds, sometimes until the end of all faults. Never much beyond it. */
  longMs(most = 60_000): number {
    const ms = this.rng.chance(0.5) ? this.rng.between(500, 5000) : this.rng.between(2000, most)
    return Math.max(1, Math.min(ms, this.healAt - this.now + 500))
  }

  /** Runs something after so many virtual ms. */
  after(ms: number, run: Happening): void {
    this.queue.push(this.now + ms, run)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** The next serial number of this world, for ids. */
  next(): number {
    return ++this.serial
  }

  /** Takes one step into the record. `code` tells what happened. */
  digest(code: number): void {
    const mixed = Math.imul(this.hash ^ code, 0x01000193) ^ this.now
    this.hash = (mixed << 13) | (mixed >>> 19)
  }

  /** A line of the timeline. Ask whether there is one first: texts cost more than all the rest. */
  note(who: string, what: string): void {
    this.timeline?.push(`${(this.now / 1000).toFixed(3).padStart(9)}  ${who.padEnd(10)} ${what}`)
  }

  /** The first violation ends the world. */
  violate(invariant: string, detail: string): void {
    if (this.violation) return
    this.violation = { invariant, detail, at: this.now }
    this.note('INVARIANT', `${invariant}: ${detail}`)
  }

  require(holds: boolean, invariant: string, detail: () => string): void {
    if (!holds) this.violate(invariant, detail())
  }

  /**
   * Lets the next happening happen. Its promises' continuations run before the next call, because the caller returns to the
   * event loop in between. False when the world has ended: nothing left before `untilMs`, or an invariant is broken.
   */
  step(untilMs: number): boolean {
    const { queue } = this
    do {
      const at = queue.nextAt
      if (this.violation || at > untilMs) return false
      this.now = at
      this.tally.steps++
    } while (queue.pop()() === true)
    return true
  }
}
