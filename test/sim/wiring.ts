import type { Broker } from './bus.ts'
import type { Databases } from './databases.ts'
import type { Outboxes } from './outbox.ts'
import type { Profile } from './profile.ts'
import type { Relay } from './relay.ts'
import { slowPathMs } from './relay.ts'
import type { Replica, ServiceClock, ServiceName } from './replica.ts'
import { Sweeper } from './sweeper.ts'
import { epochMs, type World } from './world.ts'

export type Topic = 'orders' | 'inbox' | 'reservations' | 'stock' | 'payments' | 'deliveries' | 'relay' | 'ledger'

/** What the sides of the shop share while they are put together. */
export interface Wiring {
  readonly world: World
  readonly profile: Profile
  readonly db: Databases
  readonly broker: Broker
  readonly clocks: Readonly<Record<ServiceName, ServiceClock>>
  readonly replicas: Readonly<Record<ServiceName, readonly Replica[]>>
  readonly relays: ReadonlyMap<Replica, Relay>
  readonly alarms: Alarms
}

/** Tells sweepers when there is something to do. */
export class Alarms {
  private readonly sweepers = new Map<string, Sweeper[]>()
  private readonly world: World
  private readonly clocks: Readonly<Record<ServiceName, ServiceClock>>

  constructor(world: World, clocks: Readonly<Record<ServiceName, ServiceClock>>) {
    this.world = world
    this.clocks = clocks
  }

  add(topic: Topic, sweeper: Sweeper, service: ServiceName): void {
    const name = `${service} ${topic}`
    const known = this.sweepers.get(name)
    if (known) known.push(sweeper)
    else this.sweepers.set(name, [sweeper])
  }

  /** A document of that service is due then, by the service's own clock; undefined: nothing to do. */
  due(service: ServiceName, topic: Topic, dueAt: number | undefined): void {
    if (dueAt === undefined) return
    const at = dueAt - epochMs - this.clocks[service].offsetMs
    for (const sweeper of this.sweepers.get(`${service} ${topic}`) ?? []) sweeper.arm(at)
  }

  /** Messages of that service may wait. */
  relay(service: ServiceName): void {
    this.soon(service, 'relay')
  }

  /** Something of the kind waits, and is worth a look when nobody was faster. */
  soon(service: ServiceName, topic: Topic): void {
    for (const sweeper of this.sweepers.get(`${service} ${topic}`) ?? []) sweeper.arm(this.world.now + slowPathMs)
  }

  lookAll(): void {
    for (const sweepers of this.sweepers.values()) for (const sweeper of sweepers) sweeper.look()
  }
}

/** The earliest time in documents, as virtual ms by that clock. */
export function earliest<T>(
  documents: Iterable<T>,
  dueOf: (document: T) => number | undefined,
  clock: ServiceClock,
): number {
  let first = Infinity
  for (const document of documents) {
    const due = dueOf(document)
    if (due !== undefined && due < first) first = due
  }
  return first - epochMs - clock.offsetMs
}

/** The slow path of a replica's relay: publishes whatever still waits in these collections. */
export function relaySweeper(wiring: Wiring, replica: Replica, collections: readonly Outboxes[]): void {
  const relay = wiring.relays.get(replica)!
  const nextDueMs = () => (collections.some((each) => each.ids().length > 0) ? wiring.world.now : Infinity)
  const run = async () => {
    for (const each of collections) for (const id of each.ids()) await relay.drain(each, id)
  }
  wiring.alarms.add('relay', new Sweeper(replica, 'outboxes', run, nextDueMs), replica.service)
}
