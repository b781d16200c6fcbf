import type { EventHandler, Message } from '@toko/messaging'
import { codeOf } from './codes.ts'
import { expectKnown, reach } from './network.ts'
import { type Replica, SimulatedFault } from './replica.ts'
import type { World } from './world.ts'

type Handle = EventHandler['handle']

type Handlers = ReadonlyMap<string, Handle>

/** A service that listens: competing replicas, each with its handlers by type of message. */
interface Subscriber {
  readonly name: string
  readonly replicas: Replica[]
  readonly handlersOf: Map<Replica, () => Handlers>
}

const maxAttempts = 5

/**
 * The broker: durable, at least once, in no order. A message is acknowledged when its handler has ended, comes again after a
 * failure or a crash, and is parked after five failures (R10).
 */
export class Broker {
  readonly parked: Message[] = []
  /** False: it loses every command. */
  isKeeping = true
  /** Told of each message that a publisher got confirmed or not, before anybody hears it. */
  onPublish: (message: Message) => void = () => {}
  private readonly world: World
  private readonly subscribers: Subscriber[] = []
  /** Work of a replica that is not acknowledged yet. */
  private readonly unacknowledged = new Map<Replica, Set<() => void>>()

  constructor(world: World) {
    this.world = world
  }

  /** A replica takes its share of a service's messages. */
  join(name: string, replica: Replica, handlers: () => Handlers): void {
    let subscriber = this.subscribers.find((each) => each.name === name)
    if (!subscriber) this.subscribers.push((subscriber = { name, replicas: [], handlersOf: new Map() }))
    subscriber.handlersOf.set(replica, handlers)
    subscriber.replicas.push(replica)
  }

  /** A replica's connection: its unacknowledged messages come back when it dies. */
  connect(replica: Replica): void {
    const mine = new Set<() => void>()
    this.unacknowledged.set(replica, mine)
    replica.onCrash.push(() => {
      for (const again of mine) again()
      mine.clear()
    })
  }

  /** Resolves with the broker's confirm. */
  publish(replica: Replica, message: Message): Promise<void> {
    const { world } = this
    const { life } = replica
    const accept = (lateMs = 0) => this.accept(message, lateMs)
    return new Promise((resolve, reject) => {
      if (!replica.isUp) return // the rest of a turn in which it crashed
      const fault = world.drawFault('publish')
      const soon = 1 + (world.rng.next() & 3)
      const confirm = () => replica.resume(life, resolve)
      const refuse = () => replica.resume(life, () => reject(new SimulatedFault(fault)))
      if (fault !== undefined) {
        world.count(fault)
        world.digest(codeOf(fault))
      }
      if (world.timeline)
        world.note(replica.name, `publishes ${message.type} v${message.version ?? '-'}${fault ? `  ! ${fault}` : ''}`)
      switch (fault) {
        case 'publish-refused':
          return world.after(soon, refuse)
        case 'crash-before':
          return replica.crash(`before publishing ${message.type}`)
        case 'crash-after':
          accept()
          return replica.crash(`after publishing ${message.type}`)
        case 'confirm-lost':
          accept()
          return world.after(world.rng.between(1000, 5000), refuse)
        case 'message-lost':
          this.accept(message, 0, true)
          return world.after(soon, confirm)
        case 'message-late':
          accept(world.longMs())
          return world.after(soon, confirm)
        case 'message-twice':
          accept()
          accept(world.rng.chance(0.5) ? 10 : world.longMs())
          return world.after(soon, confirm)
        case 'pause':
          accept()
          replica.pause(world.longMs())
          return world.after(soon, confirm)
        default:
          accept()
          return world.after(soon, confirm)
      }
    })
  }

  private accept(message: Message, lateMs: number, isLost = false): void {
    this.onPublish(message)
    for (const subscriber of this.subscribers)
      // Only commands get lost: sweepers send them again. What followers get is safe once it is confirmed (R3).
      if (this.listens(subscriber, message) && ((this.isKeeping && !isLost) || subscriber.name === 'follower'))
        this.deliver(subscriber, message, 1, 1 + (this.world.rng.next() & 15) + lateMs)
  }

  private listens({ replicas, handlersOf }: Subscriber, { type }: Message): boolean {
    return handlersOf.get(replicas[0]!)!().has(type)
  }

  private deliver(subscriber: Subscriber, message: Message, attempt: number, inMs: number): void {
    const { world } = this
    world.after(inMs, () => {
      const replica = reach(world, subscriber.replicas)
      if (!replica) return this.deliver(subscriber, message, attempt, 500)
      world.digest(replica.code ^ codeOf(message.type))
      if (world.timeline)
        world.note(replica.name, `gets ${message.type} v${message.version ?? '-'} (delivery ${attempt})`)
      const mine = this.unacknowledged.get(replica)!
      const again = () => this.deliver(subscriber, message, attempt, 100)
      const acknowledge = () => mine.delete(again)
      mine.add(again)
      if (world.drawFault('publish') === 'crash-after') {
        world.count('crash-while-handling')
        world.after(world.rng.between(1, 30), () => mine.has(again) && replica.crash(`while handling ${message.type}`))
      }
      const { life } = replica
      replica.resume(life, () => {
        const delivery = { attempt, queue: subscriber.name, redelivered: attempt > 1 }
        subscriber.handlersOf.get(replica)!().get(message.type)!(message, delivery).then(
          acknowledge,
          (error: unknown) => {
            expectKnown(world, `${replica.name} ${message.type}`, error)
            if (!mine.delete(again)) return
            if (world.timeline) world.note(replica.name, `could not handle ${message.type}: ${String(error)}`)
            if (attempt < maxAttempts) this.deliver(subscriber, message, attempt + 1, 1000 * 2 ** attempt)
            else this.parked.push(message)
          },
        )
      })
    })
  }
}

/** Handlers by type, made when the first message comes: most worlds are over before every replica got one. */
export function byType(make: () => readonly EventHandler[]): () => Handlers {
  let made: Handlers | undefined
  return () => (made ??= new Map(make().map(({ definition, handle }) => [definition.type, handle])))
}
