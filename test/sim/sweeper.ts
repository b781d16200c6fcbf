import { expectKnown } from './network.ts'
import type { Replica } from './replica.ts'

/** Pause between two runs of a sweeper (order-protocol.md, "Timeouts"). */
const tickMs = 1000
/** Where clocks jump, a due time says little: then it also runs this often as long as anything has one. */
const pollMs = 10_000

/**
 * Periodic work of one replica. A tick that would find nothing is left out, which changes nothing and saves most of the time:
 * it is told when something becomes due and comes within one tick after that.
 */
export class Sweeper {
  private readonly replica: Replica
  private readonly name: string
  private readonly run: () => Promise<unknown>
  /** When something is due next, in this replica's view, as virtual ms; Infinity when nothing is. */
  private readonly dueMs: () => number
  private ranAt = 0
  private armedAt = Infinity
  private isRunning = false
  private notBefore = 0

  constructor(replica: Replica, name: string, run: () => Promise<unknown>, dueMs: () => number) {
    this.replica = replica
    this.name = name
    this.run = run
    this.dueMs = dueMs
    replica.onCrash.push(() => {
      this.isRunning = false
      this.armedAt = Infinity
    })
    replica.onStart.push(() => this.look())
  }

  private nextDueMs(): number {
    const dueMs = this.dueMs()
    return this.replica.world.clocksJump && dueMs !== Infinity ? Math.min(dueMs, this.ranAt + pollMs) : dueMs
  }

  /** Something changed: looks when the next thing is due. */
  look(): void {
    this.arm(this.nextDueMs())
  }

  /** Something becomes due then, virtual ms. */
  arm(dueMs: number): void {
    const { world, isUp } = this.replica
    if (dueMs === Infinity || this.isRunning || !isUp || Math.max(dueMs, world.now) >= this.armedAt) return
    const at = Math.max(dueMs, world.now, this.notBefore) + world.rng.below(tickMs)
    if (at >= this.armedAt) return
    this.armedAt = at
    const { life } = this.replica
    world.after(at - world.now, () => {
      if (at !== this.armedAt) return true
      this.replica.resume(life, () => this.tick())
    })
  }

  private tick(): void {
    this.armedAt = Infinity
    const { world, life, name } = this.replica
    if (this.nextDueMs() > world.now) return this.look()
    this.isRunning = true
    this.ranAt = world.now
    if (world.timeline) world.note(name, `sweeps ${this.name}`)
    const ends = () => {
      if (this.replica.life !== life) return
      this.isRunning = false
      this.notBefore = world.now + tickMs / 2
      this.look()
    }
    this.run().then(ends, (error: unknown) => {
      expectKnown(world, `${name} ${this.name}`, error)
      ends()
    })
  }
}
