import dns from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'

export interface LastKnownLookupOptions {
  readonly log: Logger
  /** Default: the system's resolver. */
  readonly lookup?: LookupFunction
  /** Of pauses; default is monotonic. */
  readonly clock?: Clock
}

interface Answer {
  readonly address: Parameters<Parameters<LookupFunction>[2]>[1]
  readonly family: number | undefined
}

/** One host name, asked for in one way. */
interface Name {
  readonly host: string
  readonly options: dns.LookupOptions
  last: Answer | undefined
  /** What connections wait for while a lookup is under way. */
  underWay: Promise<Answer> | undefined
  askAgainAtMs: number
  tellAgainAtMs: number
}

/** In a cluster an answer takes a few milliseconds, and who connects has a second for everything. */
const patienceMs = 100
const pauseAfterFailureMs = 1000
const tellEveryMs = 60_000
const monotonic: Clock = { now: () => performance.now() }

/**
 * The `lookup` option of `net.connect`, made to outlive an outage of DNS (stale answers, RFC 8767). Every connection asks, so
 * that a new address counts at once; only when the answer fails or takes longer than 100 ms, the last one is given again.
 * Without one it waits and fails as `dns.lookup` does.
 *
 * One lookup of a name is under way at a time, however many wait for it. All lookups together need no bound: libuv gives them
 * half of its threads and queues the others (`slow_work_thread_threshold`), so scrypt, files and zlib keep the other half.
 */
export function lastKnownLookup(options: LastKnownLookupOptions): LookupFunction {
  const { log, lookup = dns.lookup, clock = monotonic } = options
  const names = new Map<string, Name>()

  function nameOf(host: string, asked: dns.LookupOptions): Name {
    const key = JSON.stringify([host, asked])
    const known = names.get(key)
    if (known) return known
    const times = { askAgainAtMs: -Infinity, tellAgainAtMs: -Infinity }
    const name = { host, options: asked, last: undefined, underWay: undefined, ...times }
    names.set(key, name)
    return name
  }

  async function ask(name: Name): Promise<Answer> {
    try {
      name.last = await answerOf(lookup, name)
      name.askAgainAtMs = -Infinity
      return name.last
    } catch (error) {
      if (isUnknown(error)) name.last = undefined
      else name.askAgainAtMs = clock.now() + pauseAfterFailureMs
      throw error
    } finally {
      name.underWay = undefined
    }
  }

  function giveAgain(name: Name, last: Answer, error?: unknown): Answer {
    if (clock.now() >= name.tellAgainAtMs) {
      name.tellAgainAtMs = clock.now() + tellEveryMs
      log.warn({ host: name.host, err: error }, 'no answer from DNS in time; the last known address is used')
    }
    return last
  }

  async function askPatiently(name: Name, last: Answer): Promise<Answer> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => resolve(undefined), patienceMs)
    try {
      return (await Promise.race([ask(name), late])) ?? giveAgain(name, last)
    } catch (error) {
      if (isUnknown(error)) throw error
      return giveAgain(name, last, error)
    } finally {
      clearTimeout(timer)
    }
  }

  async function find(name: Name): Promise<Answer> {
    const { last } = name
    if (name.underWay) return name.underWay
    if (last && clock.now() < name.askAgainAtMs) return giveAgain(name, last)
    name.underWay = last ? askPatiently(name, last) : ask(name)
    return name.underWay
  }

  const findFor = callbackify(find)
  return (host, asked, callback) => {
    // Neither leaves this machine.
    if (host === 'localhost' || isIP(host) !== 0) return lookup(host, asked, callback)
    findFor(nameOf(host, asked), (error, answer) =>
      error ? callback(error, '') : callback(null, answer.address, answer.family),
    )
  }
}

function answerOf(lookup: LookupFunction, { host, options }: Name): Promise<Answer> {
  return new Promise((resolve, reject) =>
    lookup(host, options, (error, address, family) => (error ? reject(error) : resolve({ address, family }))),
  )
}

/** That a name does not exist is an answer: its old address may be somebody else's by now. */
const isUnknown = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOTFOUND'
