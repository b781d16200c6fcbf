import type { Clock } from '@toko/runtime'
import { codeOf } from './codes.ts'
import type { CallFault, Place } from './fault-kinds.ts'
import { epochMs, type World } from './world.ts'

export type ServiceName = 'order' | 'product' | 'payment'

/** A fault of the network or a database, as the code under test sees it. */
export class SimulatedFault extends Error {
  override readonly name = 'SimulatedFault'
}

/** The wall clock of a service; its replicas share it, so that a jump is the whole service's. */
export class ServiceClock implements Clock {
  offsetMs = 0
  private readonly world: World
  constructor(world: World) {
    this.world = world
  }
  now(): number {
    return epochMs + this.world.now + this.offsetMs
  }
}

/** One process. When it crashes, what it was waiting for never comes back to it. */
export class Replica {
  readonly world: World
  readonly service: ServiceName
  readonly name: string
  readonly code: number
  /** +1 with each crash: continuations of an earlier life are never resumed. */
  life = 0
  isUp = true
  pausedUntil = 0
  /** What to do at a crash (give messages back) and at a start (begin to sweep). */
  readonly onCrash: (() => void)[] = []
  readonly onStart: (() => void)[] = []

  constructor(world: World, service: ServiceName, index: number) {
    this.world = world
    this.service = service
    this.name = `${service}-${index}`
    this.code = codeOf(this.name)
  }

  get isPaused(): boolean {
    return this.pausedUntil > this.world.now
  }

  crash(why: string): void {
    if (!this.isUp) return
    const { world } = this
    if (world.timeline) world.note(this.name, `CRASH ${why}`)
    world.digest(this.code ^ 1)
    this.life++
    this.isUp = false
    this.pausedUntil = 0
    for (const each of this.onCrash) each()
    world.after(world.isHealed ? 200 : world.rng.between(200, 4000), () => this.start())
  }

  private start(): void {
    this.isUp = true
    if (this.world.timeline) this.world.note(this.name, 'starts')
    for (const each of this.onStart) each()
  }

  pause(ms: number): void {
    this.pausedUntil = this.world.now + ms
    if (this.world.timeline) this.world.note(this.name, `PAUSED for ${ms} ms`)
  }

  /** Goes on with something of this process when it can; never after a crash. */
  resume(life: number, goOn: () => void): void {
    if (this.life !== life) return
    if (this.isPaused) this.world.after(this.pausedUntil - this.world.now, () => this.resume(life, goOn))
    else goOn()
  }
}

type Settle<T> = (value: T | PromiseLike<T>) => void

/**
 * One call to a database. The effect happens once at some time, or never; the process hears of it, of a fault, or nothing
 * when it has crashed. Both are apart: an effect that was on its way happens although its sender is dead.
 */
export function callDatabase<T>(
  replica: Replica,
  what: string,
  place: Place,
  act: () => Promise<T>,
  code = codeOf(what),
): Promise<T> {
  const { world, life, isUp } = replica
  if (!isUp) return new Promise(() => {}) // the rest of a turn in which it crashed
  const fault = world.drawFault(place)
  if (place === 'read' && fault === undefined && (world.rng.next() & 3) !== 0) {
    // Most reads take no time: what could come in between may as well come before the write that follows.
    world.digest(replica.code ^ code)
    if (world.timeline) world.note(replica.name, what)
    return act()
  }
  return new Promise<T>((resolve, reject) => {
    if (fault !== undefined) return faulty(replica, what, fault, act, resolve, reject)
    world.after(1 + (world.rng.next() & 7), () => {
      world.digest(replica.code ^ code)
      if (world.timeline) world.note(replica.name, what)
      act().then(
        (value) => replica.resume(life, () => resolve(value)),
        (error: unknown) => replica.resume(life, () => reject(error)),
      )
    })
  })
}

function faulty<T>(
  replica: Replica,
  what: string,
  fault: CallFault,
  act: () => Promise<T>,
  resolve: Settle<T>,
  reject: (error: Error) => void,
): void {
  const { world, life } = replica
  world.count(fault)
  world.digest(replica.code ^ codeOf(what) ^ codeOf(fault))
  if (world.timeline) world.note(replica.name, `${what}  ! ${fault}`)
  const effect = (then: (value: T) => void) => () => {
    world.digest(replica.code ^ codeOf(what))
    if (world.timeline) world.note(replica.name, `${what} (the one with ${fault})`)
    act().then(then, (error: unknown) => replica.resume(life, () => reject(error as Error)))
  }
  const answer = (value: T) => replica.resume(life, () => resolve(value))
  const fails = () => replica.resume(life, () => reject(new SimulatedFault(fault)))
  const soon = 1 + (world.rng.next() & 7)
  switch (fault) {
    case 'crash-before':
      return replica.crash(`before ${what}`)
    case 'crash-after':
      return world.after(soon, () => {
        effect(() => {})()
        if (replica.life === life) replica.crash(`after ${what}`)
      })
    case 'pause': {
      const ms = world.longMs()
      replica.pause(ms)
      // Stopped before it could send, or before it could read the answer.
      return world.after(world.rng.chance(0.5) ? soon : ms + soon, effect(answer))
    }
    case 'db-slow':
      return world.after(world.longMs(2000), effect(answer))
    case 'db-answer-lost':
      world.after(
        soon,
        effect(() => {}),
      )
      return world.after(world.rng.between(500, 1500), fails)
    case 'db-late-write':
      world.after(
        world.longMs(),
        effect(() => {}),
      )
      return world.after(world.rng.between(100, 1000), fails)
    case 'db-majority-late':
    case 'db-failover':
      return world.after(soon, () => {
        world.onMajorityFault(fault)
        effect(answer)()
      })
    default:
      return world.after(soon, fails)
  }
}
