import type { BusClock } from '../bus-clock.ts'
import { BusClosedError } from '../errors.ts'
import { backoffMs } from './backoff.ts'

/** A connection or a channel: it may end at any time, by anybody. */
export interface Resource {
  /** Resolves at its end with the reason, or undefined when it was closed as asked. Never rejects. */
  readonly closed: Promise<Error | undefined>
  close(): Promise<void>
}

export interface KeptOpen<T> {
  start(): void
  current(): T | undefined
  /** The open one, or the next to come. Rejects with BusClosedError once stopped. */
  opened(): Promise<T>
  /** Resolves when the first try has ended, well or not. */
  tried(): Promise<void>
  /** Closes it for good. */
  stop(): Promise<void>
}

interface KeepOpenOptions<T> {
  readonly open: () => Promise<T>
  readonly clock: BusClock
  /** It could not be opened, or it ended by itself; it is tried again. */
  readonly onTrouble: (error: unknown) => void
  readonly onOpen?: (resource: T) => void
}

/** One that lived this long was sound: its end is a new trouble, not the next failure of an old one. */
const soundMs = 1_000

/** Opens a resource, and opens it again whenever it ends: at once for the first time, then with growing random pauses. */
export function keepOpen<T extends Resource>(options: KeepOpenOptions<T>): KeptOpen<T> {
  const { open, clock, onTrouble, onOpen } = options
  const firstTry = Promise.withResolvers<void>()
  let next = deferred<T>()
  let resource: T | undefined
  const stopping = new AbortController()
  const isStopped = () => stopping.signal.aborted
  let endPause = () => {}

  async function run(): Promise<void> {
    for (let failures = 0; !isStopped(); failures++) {
      const soundAtMs = await useOnce().catch((error: unknown) => {
        if (!isStopped()) onTrouble(error)
        return Infinity
      })
      firstTry.resolve()
      if (clock.now() >= soundAtMs) failures = 0
      if (!isStopped()) await pause(backoffMs(failures))
    }
  }

  /** Resolves, when the resource has ended, with the time from which it counted as sound. */
  async function useOnce(): Promise<number> {
    const opened = await open()
    const soundAtMs = clock.now() + soundMs
    if (isStopped()) {
      await opened.close()
      return soundAtMs
    }
    resource = opened
    onOpen?.(opened)
    next.resolve(opened)
    firstTry.resolve()
    const why = await opened.closed
    resource = undefined
    next = deferred()
    if (isStopped()) next.reject(stopped())
    else if (why) onTrouble(why)
    return soundAtMs
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve)
      endPause = () => {
        cancel()
        resolve()
      }
    })
  }

  return {
    start: () => void run(),
    current: () => resource,
    opened: () => next.promise,
    tried: () => firstTry.promise,
    async stop() {
      stopping.abort()
      endPause()
      firstTry.resolve()
      next.reject(stopped()) // no effect where it has resolved: then the end of the resource makes another
      await resource?.close()
    },
  }
}

const stopped = () => new BusClosedError('the bus is stopped')

/** Who waits is told of a rejection; that nobody waits is no fault. */
function deferred<T>() {
  const made = Promise.withResolvers<T>()
  made.promise.catch(() => {})
  return made
}
