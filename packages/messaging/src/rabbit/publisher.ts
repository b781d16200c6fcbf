import type { BusClock } from '../bus-clock.ts'
import { BusBlockedError, ConfirmTimeoutError } from '../errors.ts'
import { type ConfirmSession, openConfirmSession, type Outgoing } from './confirm-session.ts'
import type { Connection } from './connection.ts'
import type { Declarer } from './declarer.ts'
import { type KeptOpen, keepOpen } from './keep-open.ts'
import { createSlots } from './slots.ts'

interface PublisherOptions {
  readonly link: KeptOpen<Connection>
  readonly declarer: Declarer
  readonly clock: BusClock
  readonly timeoutMs: number
  readonly maxUnconfirmed: number
  readonly maxWaiting: number
  /** Resolves when the process's own queues are declared: what it publishes next may be for them. */
  readonly whenDeclared: () => Promise<unknown> | undefined
  readonly onTrouble: (error: unknown) => void
}

interface PublishWishes {
  readonly mandatory: boolean
  /** Asked just before it is sent: a call whose caller has given up is not. */
  readonly isWanted?: () => boolean
}

export type Publisher = ReturnType<typeof createPublisher>

/**
 * Persistent publishes with confirms, all on one channel, many under way at once. Without a broker they wait; what was
 * not confirmed in time has an unknown outcome, and the channel is made anew.
 */
export function createPublisher(options: PublisherOptions) {
  const { link, declarer, clock, timeoutMs, whenDeclared, onTrouble } = options
  const slots = createSlots(options.maxUnconfirmed, options.maxWaiting)
  const underWay = new Map<Promise<void>, (error: Error) => void>()
  const session = keepOpen<ConfirmSession>({
    clock,
    onTrouble,
    open: async () => {
      const opened = await openConfirmSession(await link.opened())
      declarer.forget() // a missing exchange ends the channel
      return opened
    },
  })

  /** Resolves with the confirm; errors are those of Bus.publish. */
  function publish(outgoing: Outgoing, { mandatory, isWanted = () => true }: PublishWishes): Promise<void> {
    const what = () => `${outgoing.routingKey} ${outgoing.properties.messageId ?? ''}`
    const slot = slots.enter()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let sentIn: ConfirmSession | undefined
    let isOver = false

    async function attempt(): Promise<void> {
      // Each turn costs as much as the rest of it, and most publishes need to wait for none of these.
      if (slot.entered) await slot.entered
      const ownQueues = whenDeclared()
      if (ownQueues) await ownQueues
      if (outgoing.exchange !== '' && !declarer.hasExchange(outgoing.exchange))
        await declarer.exchange(outgoing.exchange)
      const current = readyNow() ?? (await ready())
      if (isOver) return
      if (!isWanted()) throw new BusBlockedError(`nobody waits for ${what()} any more; not published`)
      sentIn = current
      await current.send(outgoing, mandatory)
    }

    const late = () => {
      if (!sentIn) return new BusBlockedError(`no broker took ${what()} within ${timeoutMs} ms; not published`)
      // While it is blocked the broker reads nothing, not even the end of a channel.
      if (!sentIn.isBlocked()) void sentIn.close()
      return new ConfirmTimeoutError(`${what()} is not confirmed after ${timeoutMs} ms: outcome unknown`)
    }
    const cancel = clock.after(timeoutMs, () => fail(late()))
    const end = () => {
      isOver = true
      cancel()
      slot.free()
      underWay.delete(promise)
    }
    const fail = (error: Error) => {
      end()
      reject(error)
    }
    const succeed = () => {
      end()
      resolve()
    }
    underWay.set(promise, fail)
    attempt().then(succeed, fail)
    return promise
  }

  /** The session, when it would take a message at once. */
  function readyNow(): ConfirmSession | undefined {
    const current = session.current()
    return current?.isOpen() && !current.busy() ? current : undefined
  }

  async function ready(): Promise<ConfirmSession> {
    for (;;) {
      const current = session.current() ?? (await session.opened())
      const obstacle = current.isOpen() ? current.busy() : current.closed
      if (!obstacle) return current
      await obstacle
    }
  }

  return {
    start: session.start,
    stop: session.stop,
    publish,
    underWay: () => underWay.size,
    /** Resolves when nothing is under way. */
    async settled(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled(underWay.keys())
    },
    failAll(error: Error): void {
      for (const fail of underWay.values()) fail(error)
    },
  }
}
